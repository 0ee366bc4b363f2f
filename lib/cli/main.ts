import { createRequire } from 'node:module';
import { isNativeError } from 'node:util/types';
import { Command, CommanderError } from 'commander';
import { processIo, type Io } from './io';
import { clean } from './screen';
import { libraryVersion } from './version';

/** A verb as its file exports it: the exit code is what it answers. */
interface Verb {
  run(words: readonly string[], flags: object, io: Io): number | Promise<number>;
}

/** Loads the file of a verb. */
export type Load = (verb: string) => Verb;

// a verb is loaded when it is called: the help of one costs nothing of the others
const loadVerb: Load = ((require) => (verb) => require(`./commands/${verb}`) as Verb)(createRequire(__filename));

/** Exit codes, said in each verb's help. */
const EXIT = { clean: 0, findings: 1, misuse: 2 } as const;

/** Runs the gate on what was typed after its name. */
export async function run(words: readonly string[], io: Io = processIo(), load: Load = loadVerb): Promise<number> {
  let code: number = EXIT.clean;
  try {
    await gate(io, async (verb, given, flags) => { code = await load(verb).run(given, flags, io); }).parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.misuse;
    io.writeErr(`regulated-ml: ${said(error, io)}\n`);
    return EXIT.misuse;
  }
}

// what we did not throw ourselves says nothing to people; nobody is shown a stack who did not ask
function said(error: unknown, io: Io): string {
  if (!isNativeError(error)) return `this is a defect of the gate itself: ${clean(String(error))}`;
  const { code } = error as NodeJS.ErrnoException;
  const trace = io.env.DEBUG ? `\n${error.stack}` : '';
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return `${clean(error.message)}: see to it that the file can be read, and the folder written to${trace}`;
  if (error.constructor === Error) return `${clean(error.message)}${trace}`;
  return `this is a defect of the gate itself: ${clean(String(error))}; run it again with DEBUG=1 and report what it prints${trace}`;
}

// what the same is called elsewhere is spelt too differently for a suggestion
function meantBy(text: string): string {
  return /unknown option '--(?:assembly|cloud-assembly|output|path|folder)\b/.test(text) ? ": the cloud assembly is --app <folder> of 'run', and the path that the other verbs are given" : '';
}

type Call = (verb: string, words: readonly string[], flags: object) => void | Promise<void>;

/** The words that the gate takes. */
export function gate(io: Io, call: Call): Command {
  const program = new Command('regulated-ml')
    .description('Checks CDK apps and templates for machine learning on personal data, and writes the evidence.')
    .version(libraryVersion(), '--version', 'prints the version')
    .helpOption('--help', 'prints this help')
    .helpCommand('help [verb]', 'prints the help of a verb')
    .configureOutput({
      writeOut: (text) => io.writeOut(text), writeErr: (text) => io.writeErr(clean(text.trimEnd()).length === 0 ? '' : text),
      getOutHelpWidth: () => 110, getErrHelpWidth: () => 110,
      outputError: (text, write) => write(`regulated-ml: ${clean(text.replace(/^error: /, '').trim())}${meantBy(text)}; 'regulated-ml help' shows what there is\n`),
    })
    .showSuggestionAfterError(true)
    .exitOverride();
  for (const declare of [check, report, diff, baseline, waivers, rules, init, runs]) {
    const command = declare(program);
    command.action((...given: unknown[]) => {
      const words = given.slice(0, command.registeredArguments.length).flat().filter((word): word is string => typeof word === 'string');
      return call(command.name(), words, command.opts());
    });
  }
  return program.addHelpText('after', `
New here? In the folder of a CDK app:
  $ regulated-ml init --framework GDPR --residency EU
  $ npx cdk synth
  $ regulated-ml check

Exit codes: 0 clean, 1 findings or a run that failed, 2 misuse or something that cannot be read. Results go to standard output, progress and errors to standard error.`);
}

const PATHS = 'cloud assemblies, CloudFormation templates, Terraform JSON, or folders of them (default: cdk.out and cdktf.out, as far as they are here)';

function check(program: Command): Command {
  return judging(program.command('check [path...]').summary('judges, and fails when something has to be fixed')
    .description(`Judges ${PATHS}.\nWhat synth recorded is held against the files; stacks without a record are judged by their files. Nothing that was not judged counts as kept.`))
    .option('--all', 'shows every place and every article')
    .option('--json', 'prints JSON')
    .option('--quiet', 'prints only what fails')
    .addHelpText('after', examples([
      ['regulated-ml check', 'what the last synth wrote into cdk.out, cdktf.out, or both'],
      ['regulated-ml check template.yaml --framework HIPAA --residency US --region us-east-1', 'one template'],
      ['regulated-ml check cdk.out --rejudge', 'by the files, whatever synth recorded'],
    ], 'Exit codes: 0 clean, 1 findings or no proof, 2 misuse or something that cannot be read.'));
}

function report(program: Command): Command {
  return judging(program.command('report [path...]').summary('writes the evidence for auditors and for other tools')
    .description(`Writes the evidence of ${PATHS}. It never fails for a finding: that is what 'check' does.`))
    .option('--format <names>', 'forms, such as html,json', names)
    .option('--document <names>', 'documents that a law asks for', names)
    .option('--out <folder>', 'where they are written; - prints one form (default: evidence-out)')
    .option('--previous <path>', 'earlier evidence, such as that of the main branch: html and markdown tell what is new')
    .option('--app-folder <folder>', 'folder of the app in its repository, for lines of code in sarif, code-quality and markdown')
    .option('--template-folder <folder>', 'folder of the templates, from the app\'s (default: the one that was read)')
    .option('--category <name>', 'what tells this report from others on the same commit')
    .option('--run <file>', 'a run.json of \'regulated-ml run\', its folder, or that of all runs for the last one; may be given several times', each)
    .option('--every-answer', 'lists what is kept and what does not apply in sarif and junit, too')
    .option('--json', 'prints what was written as JSON')
    .option('--quiet', 'prints nothing')
    .addHelpText('after', examples([
      ['regulated-ml report', 'evidence-out/evidence.html and evidence.json'],
      ['regulated-ml report cdk.out --format json --out -', 'JSON on standard output'],
      ['regulated-ml report --format sarif,markdown --previous main/evidence.json', 'for a pull request'],
      ['regulated-ml report --document record-of-processing,impact-assessment', 'for a data protection officer, who completes them'],
    ], 'Exit codes: 0 written, 2 misuse or something that cannot be read.'));
}

function diff(program: Command): Command {
  return judging(program.command('diff <before> <after>').summary('what is better, worse, new or gone between two records')
    .description('Compares two cloud assemblies, records (regulated-ml-evidence.json) or reports (evidence.json): findings, waivers, residency.'))
    .option('--json', 'prints JSON')
    .option('--quiet', 'prints only what is worse')
    .addHelpText('after', examples([
      ['regulated-ml diff main/cdk.out cdk.out', 'what a branch changes'],
      ['regulated-ml diff last-audit/evidence.json evidence-out/evidence.json', 'what changed since an audit'],
    ], 'Exit codes: 0 nothing is worse, 1 something is, 2 misuse or something that cannot be read.'));
}

function baseline(program: Command): Command {
  return judging(program.command('baseline [path...]').summary('takes today\'s findings as known, so that only new ones fail')
    .description(`Writes what is found in ${PATHS} into a file that is committed. A file that is there already only shrinks. Fatal findings are never taken in.`), false)
    .option('--out <file>', 'the file (default: regulated-ml-baseline.json)')
    .option('--grow', 'takes in what is new, too')
    .option('--json', 'prints what was written as JSON')
    .option('--quiet', 'prints nothing')
    .addHelpText('after', examples([
      ['regulated-ml baseline', 'on the day that an app adopts the rules'],
      ['regulated-ml baseline --grow', 'after a decision to live with more'],
    ], 'Exit codes: 0 written, 2 misuse or something that cannot be read.'));
}

function waivers(program: Command): Command {
  return judging(program.command('waivers [path...]').summary('what is accepted, by whom, until when')
    .description('Lists waivers and acknowledgements. Asked for those that need somebody, it fails when there are any: a job that runs each night can say so in time.'))
    .option('--expiring', 'those that end soon')
    .option('--within <time>', 'what soon means, such as 30d or 4w (default: 30d)')
    .option('--expired', 'those that have ended')
    .option('--unused', 'those that accept nothing')
    .option('--all', 'those of the library for what it made, too')
    .option('--json', 'prints JSON')
    .option('--quiet', 'prints nothing, the exit code tells')
    .addHelpText('after', examples([
      ['regulated-ml waivers', 'all of them'],
      ['regulated-ml waivers --expired --expiring --within 30d', 'those that need somebody within a month'],
    ], 'Exit codes: 0 listed, or none of those asked for; 1 there are some; 2 misuse or something that cannot be read.'));
}

function rules(program: Command): Command {
  return program.command('rules [id...]').summary('lists the rules, or explains one')
    .description('Lists the rules, or explains one: why it is there, a good and a bad example, the articles that ask for it.')
    .option('--type <type>', 'those that judge a type of resource, such as AWS::S3::Bucket')
    .option('--control <name>', 'those that check a control, such as encryption-at-rest')
    .option('--framework <names>', 'those that a framework asks for', names)
    .option('--severity <level>', 'fatal, error or warning')
    .option('--json', 'prints JSON')
    .option('--quiet', 'prints no more than the list')
    .addHelpText('after', examples([
      ['regulated-ml rules --type AWS::SageMaker::Model', 'what is asked of a model'],
      ['regulated-ml rules RegulatedML-SageMakerModelVpc', 'one, explained'],
    ], 'Exit codes: 0 printed, 2 misuse.'));
}

function init(program: Command): Command {
  return program.command('init').summary('writes a profile, a file of waivers and a CI job into an app')
    .description('Writes regulated-ml.json, regulated-ml-waivers.json and a CI job beside a cdk.json or a cdktf.json, and shows the lines to add to the app. Overwrites nothing.')
    .option('--framework <names>', 'the laws that apply, such as GDPR,HIPAA', names)
    .option('--residency <names>', 'where data may be: jurisdictions such as EU, or regions such as eu-central-1', names)
    .option('--ci <system>', 'github, gitlab, azure, codebuild, pre-commit or none (default: what is found)')
    .option('--json', 'prints JSON')
    .option('--quiet', 'prints nothing')
    .addHelpText('after', examples([
      ['regulated-ml init --framework GDPR,HIPAA --residency EU', 'in the folder of a CDK app'],
    ], 'Exit codes: 0 written, 2 misuse.'));
}

function runs(program: Command): Command {
  return program.command('run [pipeline]').summary('runs the steps of a pipeline on this machine, without an account')
    .description('Runs the steps of a synthesized SageMaker pipeline one after the other: each in a process and a folder of its own that stands for /opt/ml, told by the environment variable ML_ROOT. '
      + 'No image is run, and the network is not cut. What runs leave, data of people too, stands in .regulated-ml.')
    .option('--app <folder>', 'the cloud assembly (default: the cdk.out of the last synth)')
    .option('--data <store=folder>', 'a folder that stands for a store or a prefix of it, such as Raw/admissions=data; may be given several times', each)
    .option('--consent <registry=path>', 'receipts, or a snapshot, that stand for a registry of consent, such as Consent=receipts; may be given several times', each)
    .option('--parameter <name=value>', 'a parameter of the pipeline; may be given several times', each)
    .option('--assume <step>', 'takes a step as done; step={"Property":"value"} or step=file.json says what it gives, a property as SageMaker has it or by its path, such as ModelArtifacts.S3ModelArtifacts; may be given several times', each)
    .option('--python <interpreter>', 'the interpreter that has what the steps import (default: python3)')
    .option('--max-trials <number>', 'trainings of each tuning at most (default: as many as it asks for)')
    .option('--resume', 'goes on with the last run, with the first step that did not finish or whose inputs have changed')
    .option('--run <id>', 'the run that --resume goes on with')
    .option('--json', 'prints JSON')
    .option('--quiet', 'prints only what fails')
    .addHelpText('after', examples([
      ['regulated-ml run --data Raw=data/raw --python .venv/bin/python', 'the one pipeline of cdk.out'],
      ['regulated-ml run Training --parameter Epochs=2 --max-trials 2 --assume QualityCheck', 'a short run of one of several'],
      ['regulated-ml run --data Raw=data/raw --consent Consent=receipts', 'one that keeps the rows of who consents, by receipts in a folder'],
      ['regulated-ml run --resume', 'after a failure was mended'],
    ], 'Exit codes: 0 the pipeline came to its end, 1 a step or the pipeline failed, was interrupted or could not run here, 2 misuse or something that cannot be read.'));
}

function each(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

// what decides how something is judged
function judging(command: Command, withBaseline = true): Command {
  command
    .option('--config <file>', 'the file of what was decided (default: regulated-ml.json, where there is one)')
    .option('--framework <names>', 'frameworks, such as GDPR,HIPAA, or files of your own', names)
    .option('--residency <names>', 'where data may be: jurisdictions such as EU, or regions such as eu-central-1', names)
    .option('--unknown-as <level>', 'what weighs an answer that only the deployment can give: warning, error or fatal')
    .option('--waivers <file>', 'findings that were accepted for a time');
  if (withBaseline) command.option('--baseline <file>', 'findings that were known when the rules were adopted');
  return command
    .option('--as-of <date>', 'the day on which waivers are judged, such as 2026-11-26 (default: today)')
    .option('--region <name>', 'the region of templates, which do not say it themselves, and of stacks that name none')
    .option('--rejudge', 'judges by the files, whatever synth recorded')
    .option('--allow-unjudged', 'passes although there are resources that no rule can judge yet');
}

function names(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',').map((name) => name.trim()).filter((name) => name !== '')];
}

function examples(list: readonly (readonly [line: string, what: string])[], codes: string): string {
  return `\nExamples:\n${list.map(([line, what]) => `  $ ${line}\n      ${what}`).join('\n')}\n\n${codes}`;
}
