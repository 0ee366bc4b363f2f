import { unwaived } from '../../support/packs';
import { completePipeline, usualPipeline } from './fixture';

test('a pipeline with every step type has no finding in any pack that is not accepted with a reason', () => {
  expect(unwaived(completePipeline().app)).toEqual([]);
});

test('nor has one that records experiments', () => {
  expect(unwaived(usualPipeline({ experiment: 'readmission' }).app)).toEqual([]);
});
