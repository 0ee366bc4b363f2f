import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'EmrServerlessRelease',
  title: 'EMR Serverless applications run on a release that is still mended',
  severity: 'error',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['AWS::EMRServerless::Application'],
  why: 'a release gets fixes for two years; after that its Spark runs with everything that became known since',
  fix: 'set ReleaseLabel to the latest release of emr-7',
  properties: ['ReleaseLabel'],
  sources: ['https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-standard-support.html'],
  good: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0' },
  bad: { Type: 'SPARK', ReleaseLabel: 'emr-6.9.0' },
  check: (application) => application.at('ReleaseLabel').judge((label) => {
    const [, major, minor] = /^emr-(\d+)\.(\d+)\b/.exec(String(label)) ?? [];
    // 7.5 is of November 2024, and no release of 6 is younger
    const isOld = major !== undefined && (Number(major) < 7 || (Number(major) === 7 && Number(minor) < 6));
    return isOld ? nonCompliant(`ReleaseLabel is '${String(label)}', which is no longer supported`) : COMPLIANT;
  }),
});
