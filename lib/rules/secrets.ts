import { isObject, Unknown } from './resolved';
import { Value } from './value';
import { all, COMPLIANT, nonCompliant, type Verdict } from './verdict';

/** What credentials look like wherever they stand. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/, 'an access key of AWS'],
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, 'a private key'],
  [/\bAccountKey=[A-Za-z0-9+/]{40}/, 'a key of a storage account of Azure'],
  [/[?&]sig=[A-Za-z0-9%+/]{20}/, 'a shared access signature of Azure'],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/, 'a token of GitHub'],
  [/\bglpat-[A-Za-z0-9_-]{20}/, 'a token of GitLab'],
  [/\bhf_[A-Za-z0-9]{30}/, 'a token of Hugging Face'],
  [/\bxox[abprs]-[A-Za-z0-9-]{10}/, 'a token of Slack'],
  [/\bsk-[A-Za-z0-9_-]{32}/, 'an API key'],
  // a shell variable in the place of the password is none
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@${]+@/, 'a password in a URL'],
];

const SECRET_NAME = /(?:password|passwd|passphrase|secret|token|api_?key|private_?key|access_?key)$/i;
// tokens of a tokenizer, and those by which a request is told from its repetition
const NO_SECRET_NAME = /^(?:(?:\w+_)?(?:pad|eos|bos|sep|cls|unk|mask|special|end|start)|client|client_?request|next)_?token$/i;
// addresses of where a secret is, markers of a tokenizer such as <pad>, variables that a shell fills in, the next flag of a command
const NO_SECRET = /^(?:arn:|https?:|s3:|--|\/|[<[{$?])/;
const SECRET_PATH = /^[\w+=.@-]+(?:\/[\w+=.@-]+)+$/;
const SHELL_ASSIGNMENT = /(?:^|[\s;&])(?:export\s+)?[A-Za-z_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY)=["']?([^\s"'$`]{8,})/i;

/** Whether credentials stand anywhere in a value in clear text. A reference is none: what it resolves to stands elsewhere. */
export function withoutSecrets(value: Value, name = ''): Verdict[] {
  const found = secretsIn(value, name);
  return found.length > 0 ? found : [COMPLIANT];
}

function secretsIn(value: Value, name: string): Verdict[] {
  return value.alternatives.flatMap((alternative): Verdict[] => {
    if (typeof alternative === 'string' || alternative instanceof Unknown) {
      const verdict = typeof alternative === 'string' ? clear(alternative, name, value) : clear(alternative.pattern, '', value);
      return verdict === COMPLIANT ? [] : [verdict];
    }
    const one = new Value([alternative], value.location);
    if (Array.isArray(alternative)) return one.items.flatMap((item, index, items) => secretsIn(item, flagIn(items[index - 1]) ?? name));
    const called = isObject(alternative) ? nameOf(one) : undefined;
    return one.entries.flatMap(([key, inner]) => {
      if (called === undefined || !/^value$/i.test(key)) return secretsIn(inner, key);
      return isAddress(one) ? [] : secretsIn(inner, called);
    });
  });
}

// a variable of a container or a build is an object of its name and its value
function nameOf(entry: Value): string | undefined {
  return ['Name', 'name', 'Key', 'key'].flatMap((property) => entry.at(property).texts)[0];
}

// the name of a secret or a parameter that the build looks up
function isAddress(entry: Value): boolean {
  return entry.at('Type').texts.some((text) => text === 'PARAMETER_STORE' || text === 'SECRETS_MANAGER');
}

// `--db-password`, `correct-horse` in a list of arguments
function flagIn(argument: Value | undefined): string | undefined {
  const [flag] = argument?.texts ?? [];
  return flag && /^--?[A-Za-z][\w-]*$/.test(flag) ? flag.replaceAll('-', '_') : undefined;
}

/** The same for the text of a script. */
export function scriptWithoutSecrets(script: string, value: Value): Verdict {
  return all(clear(script, '', value), SHELL_ASSIGNMENT.test(script) ? nonCompliant(`${value.name} sets a password, secret or token to a literal`, value.location) : COMPLIANT);
}

// the value itself is never shown
function clear(argument: string, given: string, value: Value): Verdict {
  const [, flag, own] = /^--?([A-Za-z][\w-]*)=(.+)$/.exec(argument) ?? [];
  const [text, name] = flag === undefined ? [argument, given] : [own!, flag.replaceAll('-', '_')];
  const shape = SHAPES.find(([pattern]) => pattern.test(text));
  if (shape) return nonCompliant(`${value.name} holds ${shape[1]}`, value.location);
  const named = SECRET_NAME.test(name) && !NO_SECRET_NAME.test(name);
  // `DB_SECRET: prod/warehouse` is the name of one in Secrets Manager
  const elsewhere = NO_SECRET.test(text) || (/(?<!client_?)secret$/i.test(name) && SECRET_PATH.test(text));
  return named && !elsewhere && text.length >= 8 && !/\s/.test(text) ? nonCompliant(`${value.name} is written out`, value.location) : COMPLIANT;
}
