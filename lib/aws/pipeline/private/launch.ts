
/** What the archive of code is called in the container. */
const CODE_ARCHIVE = 'code.tar.gz';
/** Where a training job finds its code. */
export const TRAINING_CODE_CHANNEL = 'code';
/** Where a processing job finds its code. */
export const PROCESSING_CODE_PATH = '/opt/ml/processing/input/code';

/**
 * Runs code that arrives as an archive: SageMaker copies the object into the container and does not unpack it, and with
 * network isolation nothing can be fetched. Python unpacks where an image has no tar. The program and its arguments
 * stay arguments of their own, so that pipeline variables fit in.
 */
export function launcher(codePath: string, command: string[]): string[] {
  return shell(`d=$(mktemp -d)`, codePath, command);
}

/** The same, into a folder of a given name. */
export function unpacker(codePath: string, folder: string, command: string[]): string[] {
  return shell(`d=${folder} && mkdir -p $d`, codePath, command);
}

function shell(folder: string, codePath: string, command: string[]): string[] {
  const script = `${folder} && f=${codePath}/${CODE_ARCHIVE} && { tar -xzf $f -C $d || python3 -m tarfile -e $f $d; } && cd $d && exec "$@"`;
  return ['/bin/sh', '-c', script, 'code', ...command];
}

/** The command that runs a program of a folder of code. */
export function commandOf(program: string): string[] {
  if (program.endsWith('.ipynb')) throw new Error(`program '${program}' is a notebook: run it with addNotebookJob`);
  return program.endsWith('.sh') ? ['/bin/sh', program] : ['python3', program];
}

/**
 * Hyperparameters by which the toolkit of SageMaker's framework images finds code in a channel, where a job takes no
 * entrypoint (tuning) or the toolkit has to start the processes.
 *
 * @see https://github.com/aws/sagemaker-training-toolkit
 */
export function toolkitHyperparameters(program: string): Record<string, string> {
  return {
    sagemaker_program: program,
    sagemaker_submit_directory: `/opt/ml/input/data/${TRAINING_CODE_CHANNEL}/${CODE_ARCHIVE}`,
  };
}
