/** What can be known to stand against an erasure before anybody asks for one: words of the list in lib/runtime/rights/contract.ts. */
export type Conflict = 'backup' | 'lineage' | 'locked' | 'replica' | 'unreadable';

/** A store with an eraser, as the function that takes requests in reads it. */
export interface StoreEntry {
  readonly store: string;
  readonly function: string;
  readonly identifier?: string;
  readonly purposes: readonly string[];
  readonly always?: boolean;
  readonly byPerson?: boolean;
  readonly last?: boolean;
  readonly conflicts: readonly Conflict[];
}

/** What the state machine calls. */
export interface RightsTargets {
  readonly partition: string;
  /** Takes requests in, writes records, ends requests. */
  readonly deskArn: string;
  /** Stores with their erasers. */
  readonly stores: readonly StoreEntry[];
  /** Where what could not be done is left. */
  readonly undoneUrl: string;
  readonly topicArn: string;
}

type State = Record<string, unknown>;

/** Erasers are asked for so many stores at a time. */
const AT_A_TIME = 5;

/**
 * A request of a person in Amazon States Language: taken in, put to the eraser of each store until it is done, on record for each, ended. A store that
 * fails is left open, told, and does not keep the others from being asked. Each step may be repeated.
 */
export function rightsDefinition({ partition, deskArn, stores, undoneUrl, topicArn }: RightsTargets): State {
  const invoke = (functionArn: string, payload: State, more: State): State => ({
    Type: 'Task',
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Arguments: { FunctionName: functionArn, Payload: payload },
    TimeoutSeconds: 905,
    Retry: [
      // the same is refused again
      { ErrorEquals: ['MalformedRequest', 'RequestConflict', 'Misconfigured'], MaxAttempts: 0 },
      { ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 5, MaxAttempts: 60, BackoffRate: 1.5, MaxDelaySeconds: 300, JitterStrategy: 'FULL' },
      { ErrorEquals: ['States.TaskFailed', 'States.Timeout'], IntervalSeconds: 5, MaxAttempts: 5, BackoffRate: 3, MaxDelaySeconds: 600, JitterStrategy: 'FULL' },
    ],
    ...more,
  });
  const desk = (payload: State, more: State) => invoke(deskArn, payload, more);
  const always = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 8, BackoffRate: 2, MaxDelaySeconds: 300, JitterStrategy: 'FULL' }];
  const leave = (message: State, more: State): State => ({
    Type: 'Task', Resource: `arn:${partition}:states:::sqs:sendMessage`, Arguments: { QueueUrl: undoneUrl, MessageBody: message }, Retry: always, ...more,
  });

  // names are unique in the whole machine
  const askEach = (items: string, outcomes: string, next: string, called: (state: string) => string = (state) => state): State => ({
    Type: 'Map',
    Items: `{% [${items}] %}`,
    MaxConcurrency: AT_A_TIME,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: called('Take store'),
      States: {
        [called('Take store')]: { Type: 'Pass', Assign: { item: '{% $states.input %}', cursor: null }, Next: called('Ask') },
        [called('Ask')]: invoke('{% $item.function %}', {
          requestId: '{% $request.requestId %}', action: '{% $request.action %}', store: '{% $item.store %}', subject: '{% $item.subject %}', person: '{% $request.person %}',
          execution: '{% $request.execution %}', export: '{% $request.export %}', cursor: '{% $cursor %}',
        }, {
          Assign: {
            answer: '{% $states.result.Payload %}', cursor: '{% $exists($states.result.Payload.cursor) ? $states.result.Payload.cursor : null %}',
            pause: '{% $type($states.result.Payload.wait) = "number" and $states.result.Payload.wait >= 1 ? $floor($states.result.Payload.wait) : 1 %}',
          },
          // an answer that is too large is not among all errors
          Catch: [['States.DataLimitExceeded'], ['States.ALL']].map((ErrorEquals) => ({ ErrorEquals, Assign: { problem: '{% $states.errorOutput %}' }, Next: called('Record the failure') })),
          Next: called('Is there more?'),
        }),
        [called('Is there more?')]: { Type: 'Choice', Choices: [{ Condition: "{% $answer.state = 'more' %}", Next: called('Pause') }], Default: called('Record') },
        [called('Pause')]: { Type: 'Wait', Seconds: '{% $pause %}', Next: called('Ask') },
        [called('Record')]: desk({ action: 'prove', request: '{% $request %}', store: '{% $item.store %}', conflicts: '{% [$item.conflicts] %}', answer: '{% $answer %}' }, {
          Assign: { outcome: '{% $states.result.Payload %}' },
          Catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: '{% $states.errorOutput %}', outcome: FAILED }, Next: called('Leave it') }],
          Next: called('Is it left open?'),
        }),
        [called('Is it left open?')]: { Type: 'Choice', Choices: [{ Condition: "{% $outcome.state = 'open' %}", Next: called('Leave it') }], Default: called('Store asked') },
        [called('Record the failure')]: desk({ action: 'prove', request: '{% $request %}', store: '{% $item.store %}', conflicts: '{% [$item.conflicts] %}', problem: { Error: '{% $problem.Error %}' } }, {
          Assign: { outcome: '{% $states.result.Payload %}' },
          Catch: [{ ErrorEquals: ['States.ALL'], Assign: { outcome: FAILED }, Next: called('Leave it') }],
          Next: called('Leave it'),
        }),
        // names of stores and words of lists: what could not be done lies in a queue for days
        [called('Leave it')]: leave({
          requestId: '{% $request.requestId %}', action: '{% $request.action %}', store: '{% $item.store %}', due: '{% $request.due %}', execution: '{% $request.execution %}',
          conflicts: '{% [$outcome.conflicts] %}',
        }, { Next: called('Store asked'), Catch: [{ ErrorEquals: ['States.ALL'], Next: called('Store asked') }] }),
        [called('Store asked')]: { Type: 'Pass', Output: '{% $outcome %}', End: true },
      },
    },
    Assign: { [outcomes]: '{% $states.result %}' },
    Next: next,
  });

  return {
    Comment: 'Answers a request of a person: their data is erased, or copied for them, in every store',
    QueryLanguage: 'JSONata',
    StartAt: 'Take in',
    TimeoutSeconds: 30 * 24 * 60 * 60,
    States: {
      'Take in': desk({
        action: 'take-in', input: '{% $states.input %}', execution: { name: '{% $states.context.Execution.Name %}', startedAt: '{% $states.context.Execution.StartTime %}' }, stores,
      }, {
        Assign: {
          request: '{% $states.result.Payload.request %}', work: '{% $states.result.Payload.work %}', last: '{% $states.result.Payload.last %}', decided: '{% $states.result.Payload.decided %}',
          latest: '{% [] %}', waiting: '{% [] %}',
        },
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { refusal: '{% $states.errorOutput %}' }, Next: 'Leave the request' }],
        Next: 'Each store',
      }),
      'Each store': askEach('$work', 'asked', 'Has each answered?'),
      'Has each answered?': {
        Type: 'Choice', Choices: [{ Condition: '{% $count($asked[failed = true]) > 0 %}', Assign: { waiting: '{% [$last] %}' }, Next: 'End' }], Default: 'What leads to the rest',
      },
      'What leads to the rest': askEach('$last', 'latest', 'End', (state) => `${state} (last)`),
      'End': desk({ action: 'close', request: '{% $request %}', outcomes: '{% [$decided, $asked, $latest] %}', waiting: '{% [$waiting] %}' }, {
        Assign: { end: '{% $states.result.Payload %}' },
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { refusal: '{% $states.errorOutput %}' }, Next: 'Leave the request' }],
        Next: 'Tell people',
      }),
      'Tell people': {
        Type: 'Task', Resource: `arn:${partition}:states:::sns:publish`,
        Arguments: {
          TopicArn: topicArn, Subject: "{% 'A request of a person is ' & ($end.state != 'answered' ? 'left open' : $count($end.conflicts) > 0 ? 'answered, with conflicts' : 'answered') %}",
          Message: {
            requestId: '{% $request.requestId %}', kind: '{% $request.kind %}', state: '{% $end.state %}', due: '{% $request.due %}', law: '{% $request.citation %}',
            open: '{% [$end.open] %}', conflicts: '{% [$end.conflicts] %}', copies: "{% $request.action = 'collect' ? 's3://' & $request.export.bucket & '/' & $request.export.prefix : null %}",
          },
        },
        Retry: always,
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Is it answered?' }],
        Next: 'Is it answered?',
      },
      'Is it answered?': { Type: 'Choice', Choices: [{ Condition: "{% $end.state = 'answered' %}", Next: 'Answered' }], Default: 'Left open' },
      'Answered': { Type: 'Succeed' },
      'Left open': { Type: 'Fail', Error: 'LeftOpen', Cause: 'some stores are left open: what they are lies in the queue, and in the records of the request' },
      'Leave the request': leave({ execution: '{% $states.context.Execution.Name %}', error: '{% $refusal.Error %}' }, {
        Next: 'Not taken in', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Not taken in' }],
      }),
      'Not taken in': { Type: 'Fail', Error: 'NotTakenIn', Cause: 'the request could not be read, entered or ended: see what the step before says, and start it again' },
    },
  };
}

/** Where even the record could not be written. */
const FAILED = "{% {'store': $item.store, 'state': 'open', 'conflicts': [$item.conflicts], 'failed': true} %}";
