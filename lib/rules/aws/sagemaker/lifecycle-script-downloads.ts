import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { judgeScripts, SCRIPTS } from './script';

export default rule({
  name: 'SageMakerLifecycleScriptDownloads',
  title: 'Lifecycle scripts run nothing that they have just downloaded',
  severity: 'warning',
  control: Control.ARTIFACT_INTEGRITY,
  resources: SCRIPTS,
  why: 'the script runs as root beside the data: whoever changes what it downloads has both',
  fix: 'bake the tool into an image, or fetch it from a bucket of your own and compare its checksum before it runs',
  properties: ['OnCreate.Content', 'OnStart.Content', 'StudioLifecycleConfigContent'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html', 'https://docs.aws.amazon.com/sagemaker/latest/dg/studio-lifecycle-configurations.html',
  ],
  good: { OnStart: [{ Content: Buffer.from('#!/bin/bash\naws s3 cp s3://tools/idle-stop.py /opt/\n').toString('base64') }] },
  bad: { OnStart: [{ Content: Buffer.from('#!/bin/bash\ncurl -s https://example.com/install.sh | sudo bash\n').toString('base64') }] },
  check: (config) => judgeScripts(config, (script, content) => {
    const found = DOWNLOADS.find((pattern) => pattern.test(script));
    return found ? nonCompliant(`${content.name} runs what it downloads: '${found.exec(script)![0].trim().slice(0, 60)}'`, content.location) : COMPLIANT;
  }),
});

const DOWNLOADS = [
  /\b(?:curl|wget)\b[^\n|;&]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:ba|z|da)?sh\b/,
  /\b(?:ba|z|da)?sh\s+(?:-c\s+)?["']?[<$]\(\s*(?:curl|wget)\b/,
  /\b(?:source|eval|\.)\s+["']?[<$]\(\s*(?:curl|wget)\b/,
];
