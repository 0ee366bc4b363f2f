import { MLPipeline, Output } from '../../../lib/aws/pipeline';
import { Classification, Purpose } from '../../../lib/policy';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { readApp } from '../../../lib/rules/aws/tree';
import { code, ground } from '../../aws/pipeline/fixture';
import { judgementsOf, PROFILE } from '../support';

function wrong({ app }: ReturnType<typeof ground>): string[] {
  app.synth();
  const rules = AWS_RULES.filter(({ name }) => name.startsWith('Flow'));
  return judgementsOf({ view: readApp(app, true).view, rules, profile: PROFILE, pack: 'R' })
    .filter(({ finding }) => finding.answer !== 'compliant').map(({ finding }) => `${finding.rule} ${finding.answer} ${finding.path}`).sort();
}

test('health data does not become public by passing through a store of that name', () => {
  const base = ground({ purpose: Purpose.of('readmission-risk') });
  const { workspace, pipeline, image, raw } = base;
  const open = workspace.addStore('Open', { classification: Classification.PUBLIC });
  pipeline.addProcessing('Copy', { image, code, inputs: [raw.input('x/')], outputs: [Output.of('rows').inStore(open, 'rows/')] });
  pipeline.addTraining('Train', { image, code, inputs: [open.input('rows/')] });
  expect(wrong(base)).toEqual(['R-FlowStoreClassification non-compliant Stack/Workspace/Open']);
});

test('data for one purpose does not become data for another by passing through a pipeline without one', () => {
  const base = ground();
  const { stack, workspace, pipeline, image, raw } = base;
  pipeline.addProcessing('Copy', { image, code, inputs: [raw.input('x/')] });
  const study = new MLPipeline(stack, 'Study', { workspace, pipelineName: 'study', purpose: Purpose.of('research') });
  study.addProcessing('Read', { image, code, inputs: [workspace.outputs.input('readmission/')] });
  expect(wrong(base)).toEqual(['R-FlowPurpose non-compliant Stack/Study/Read', 'R-FlowPurpose unknown Stack/Pipeline/Copy']);
});
