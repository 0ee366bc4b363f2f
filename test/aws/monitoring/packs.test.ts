import { Baseline, Cadence, ModelMonitor, Watch } from '../../../lib/aws/monitoring';
import { ProblemType } from '../../../lib/aws/pipeline/quality-check';
import { unwaived } from '../../support/packs';
import { endpoints } from './fixture';

test('an endpoint with a monitor of each kind has no unwaived finding in any stock pack, whichever way its model comes', () => {
  const { app, stack, given, following, labels, files, configuration } = endpoints();
  for (const [name, endpoint, baseline] of [['Given', given, files], ['Following', following, Baseline.ofPackage()]] as const) {
    const watches = [
      Watch.dataQuality({ baseline }),
      Watch.modelQuality({ baseline, groundTruth: labels, problem: ProblemType.BINARY_CLASSIFICATION, probabilityAttribute: '0', probabilityThreshold: 0.5 }),
      Watch.bias({ baseline, groundTruth: labels, configuration }),
      Watch.explainability({ baseline, configuration }),
    ];
    watches.forEach((watch, index) => new ModelMonitor(stack, `${name}Monitor${index}`, { endpoint, watch, cadence: Cadence.daily(6) }));
  }
  expect(unwaived(app)).toEqual([]);
});
