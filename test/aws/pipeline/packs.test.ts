import { unwaived } from '../../support/packs';
import { completePipeline } from './fixture';

test('a pipeline with every step type has no finding in any pack that is not accepted with a reason', () => {
  expect(unwaived(completePipeline().app)).toEqual([]);
});
