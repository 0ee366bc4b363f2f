/** What the state machine calls. */
export interface QuarantineTargets {
  readonly partition: string;
  readonly functionArn: string;
  readonly topicArn: string;
}

type State = Record<string, unknown>;

/**
 * The quarantine in Amazon States Language. First the tag, which stops readers at once; then the copy, the record and the word to
 * people. Each step may be repeated without harm. What cannot be held back raises an alarm and fails.
 */
export function quarantineDefinition({ partition, functionArn, topicArn }: QuarantineTargets): State {
  const task = (step: string, payload: State, more: State): State => ({
    Type: 'Task',
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Arguments: { FunctionName: functionArn, Payload: payload },
    TimeoutSeconds: 900,
    Retry: [
      // a job can find thousands of objects at once, and the function runs only so often at a time
      { ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 10, MaxAttempts: 60, BackoffRate: 1.5, MaxDelaySeconds: 600, JitterStrategy: 'FULL' },
      { ErrorEquals: ['States.TaskFailed', 'States.Timeout'], IntervalSeconds: 5, MaxAttempts: 5, BackoffRate: 3, MaxDelaySeconds: 300, JitterStrategy: 'FULL' },
    ],
    Catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: '{% $states.errorOutput %}', failedStep: step }, Next: 'Raise alarm' }],
    ...more,
  });
  const publish = (subject: string, message: State, more: State): State => ({
    Type: 'Task',
    Resource: `arn:${partition}:states:::sns:publish`,
    Arguments: { TopicArn: topicArn, Subject: subject, Message: message },
    Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 5, BackoffRate: 3, JitterStrategy: 'FULL' }],
    ...more,
  });
  const about = {
    finding: '{% $finding.id %}',
    type: '{% $finding.type %}',
    severity: '{% $finding.severity.description %}',
    bucket: '{% $finding.resourcesAffected.s3Bucket.name %}',
    key: '{% $finding.resourcesAffected.s3Object.key %}',
  };
  return {
    Comment: 'Holds back an object in which Macie found sensitive data',
    QueryLanguage: 'JSONata',
    StartAt: 'Read finding',
    States: {
      'Read finding': { Type: 'Pass', Assign: { finding: '{% $states.input.detail %}', copy: null, problem: null, failedStep: null }, Next: 'Tag object' },
      'Tag object': task('Tag object', { action: 'tag', finding: '{% $finding %}' }, { Assign: { tag: '{% $states.result.Payload %}' }, Next: 'Still there' }),
      'Still there': { Type: 'Choice', Choices: [{ Condition: '{% $tag.gone %}', Next: 'Write record' }], Default: 'Copy object' },
      'Copy object': task('Copy object', { action: 'copy', subject: '{% $tag.subject %}' }, { Assign: { copy: '{% $states.result.Payload %}' }, Next: 'Write record' }),
      'Write record': task('Write record', { action: 'record', finding: '{% $finding %}', outcome: { tag: '{% $tag %}', copy: '{% $copy %}' } },
        { Assign: { record: '{% $states.result.Payload.location %}' }, Next: 'Tell people' }),
      'Tell people': publish('Sensitive data was held back', {
        ...about, outcome: "{% $tag.gone ? 'the object was deleted before it could be held back' : 'reading the object is denied; a copy lies in the quarantine store' %}",
        copy: '{% $copy.location ? $copy.location : null %}', record: '{% $record %}', droppedTags: '{% [$tag.droppedTags] %}',
      }, { Next: 'Held back', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Not held back' }] }),
      'Held back': { Type: 'Succeed' },
      'Raise alarm': publish('Sensitive data could not be held back', { ...about, step: '{% $failedStep %}', problem: '{% $problem %}' },
        { Next: 'Not held back', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Not held back' }] }),
      'Not held back': { Type: 'Fail', Error: 'QuarantineFailed', Cause: 'see the step before: the object may still be readable, or nobody was told' },
    },
  };
}
