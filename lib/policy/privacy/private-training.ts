import { nearest, shown } from '../given';
import { PrivacyUnit } from './privacy-unit';

interface NumberBounds {
  readonly whole?: boolean;
  readonly above?: number;
  readonly atLeast?: number;
  readonly below?: number;
}

/** Numbers of the job, as lib/runtime/private-training/private_training/settings.py bounds them. */
const NUMBERS: Readonly<Record<string, NumberBounds>> = {
  learning_rate: { above: 0 },
  momentum: { atLeast: 0, below: 1 },
  weight_decay: { atLeast: 0 },
  max_batch: { atLeast: 1, whole: true },
  checkpoint_steps: { atLeast: 1, whole: true },
  seed: { atLeast: 0, whole: true },
};
const OPTIMIZERS = ['sgd', 'adam'];
/** All that the job reads beside the numbers of its privacy; what else it is given goes to `build` of the model. */
const READ = ['label', 'person', 'optimizer', ...Object.keys(NUMBERS), 'checkpoints'];

/** What people are used to give, and what would change the loss, each with what says it. */
const NOT_TAKEN: Readonly<Record<string, string>> = {
  ...named('batchSize', 'batch_size', 'train_batch_size', 'per_device_train_batch_size'),
  ...named('epochs', 'epochs', 'num_epochs', 'num_train_epochs'),
  ...named('steps', 'steps', 'max_steps'),
  ...named('noiseMultiplier', 'noise_multiplier', 'sigma'),
  ...named('clippingNorm', 'max_grad_norm', 'clipping_norm', 'gradient_clip_val'),
  ...named('sampleRate', 'sample_rate', 'sampling_rate'),
  ...named('targetEpsilon', 'target_epsilon', 'epsilon'),
  ...named('delta', 'target_delta', 'delta'),
};
const REFUSED: Readonly<Record<string, string>> = {
  ...named('puts several samples into one step, at a rate that nobody reckoned with: leave it out, since batches of any size are cut to max_batch, and batchSize of DifferentialPrivacy.dpSgd says how large',
    'gradient_accumulation_steps', 'accumulate_grad_batches', 'accumulation_steps'),
  ...named('asks for weighted sampling, of which no loss can be stated: leave it out, and weigh the records in loss of model.py',
    'sampler', 'sample_weight', 'sample_weights', 'sampling_weights', 'class_sampler'),
};

/** A job that runs the code of private trainings, as it is known at synth. */
export interface PrivateJob {
  /** What the numbers of its privacy are, by name. */
  readonly settings: Readonly<Record<string, string>>;
  /** Its own hyperparameters, by name. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What it calls them: hyperparameter or parameter. */
  readonly called: string;
  /** Names of those that are searched, and so have no one value. */
  readonly tuned: readonly string[];
  /** Names of its inputs. */
  readonly inputs: readonly string[];
  /** The code of the model, all files as one text. */
  readonly model: string;
  /** Whether a value is decided at deployment, or when it runs. */
  readonly isLate: (value: unknown) => boolean;
}

/** What the job would stop at before it has learned anything, in the order in which it looks; undefined where it would not. */
export function privateTrainingProblem(job: PrivateJob): string | undefined {
  return channelProblem(job) ?? nameProblem(job) ?? missingProblem(job) ?? valueProblem(job);
}

function channelProblem({ inputs }: PrivateJob): string | undefined {
  const others = inputs.filter((name) => name !== 'validation');
  if (inputs.includes('train') || others.length === 1) return undefined;
  return `has the inputs ${inputs.join(', ')}, and the code of a private training learns from 'train', or from the only one beside 'validation': name it with as('train')`;
}

function nameProblem({ settings, given, tuned, called, model }: PrivateJob): string | undefined {
  const names = [...Object.keys(given), ...tuned];
  for (const name of names) {
    if (NOT_TAKEN[name] !== undefined) return `${called} '${name}' is given beside privacy, from which the loss is reckoned: leave it out, and set ${NOT_TAKEN[name]} in DifferentialPrivacy.dpSgd`;
    if (REFUSED[name] !== undefined) return `${called} '${name}' ${REFUSED[name]}`;
    if (name.startsWith('dp_') && !(name in settings)) return `${called} '${name}' means nothing to the code of a private training: leave it out; what begins with dp_ comes from privacy`;
    if (READ.includes(name) || model.includes(name)) continue;
    const [meant] = nearest(name, READ.filter((one) => !names.includes(one)));
    if (meant !== undefined) return `${called} '${name}' is none that the code of a private training reads, and model.py does not name it: did you mean '${meant}'?`;
  }
  return undefined;
}

function missingProblem({ settings, given, tuned, called, model }: PrivateJob): string | undefined {
  // what reads the data itself has the label from there
  if (loadsItself(model)) return undefined;
  const isGiven = (name: string) => (given[name] !== undefined && given[name] !== '') || tuned.includes(name);
  if (!isGiven('label')) return `has no ${called} 'label': name the column that is to be foretold, or define load(folder, hyperparameters) in model.py`;
  if (settings.dp_unit === PrivacyUnit.PERSON && !isGiven('person')) {
    return `hides each person, and has no ${called} 'person': name the column that says whose a record is, or define load(folder, hyperparameters) in model.py that returns (x, y, person)`;
  }
  return undefined;
}

function valueProblem({ given, tuned, called, isLate }: PrivateJob): string | undefined {
  const known = Object.entries(given).filter(([name, value]) => !tuned.includes(name) && !isLate(value));
  for (const [name, value] of known) {
    if (name === 'optimizer' && !OPTIMIZERS.includes(String(value))) {
      const [meant] = nearest(String(value), OPTIMIZERS);
      return `${called} 'optimizer' is ${shown(value)}: ${meant === undefined ? '' : `did you mean '${meant}'? `}use one of ${OPTIMIZERS.map((one) => `'${one}'`).join(', ')}`;
    }
    const bounds = NUMBERS[name];
    if (bounds && !isWithin(String(value), bounds)) return `${called} '${name}' is ${shown(value)}: give a ${bounds.whole ? 'whole ' : ''}number ${inWords(bounds)}`;
  }
  return undefined;
}

/** Whether the code of a model may read the data itself, so that columns have no names here. */
export function loadsItself(model: string): boolean {
  return /\bdef load\b|\bimport\b.*\bload\b|^load\s*=/m.test(model);
}

function isWithin(text: string, { whole = false, above = -Infinity, atLeast = -Infinity, below = Infinity }: NumberBounds): boolean {
  const value = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) && value > above && value >= atLeast && value < below && (!whole || Number.isInteger(value));
}

function inWords({ above, atLeast, below }: NumberBounds): string {
  return [above === undefined ? `from ${atLeast}` : `above ${above}`, ...(below === undefined ? [] : [`below ${below}`])].join(' to ');
}

function named(what: string, ...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, what]));
}
