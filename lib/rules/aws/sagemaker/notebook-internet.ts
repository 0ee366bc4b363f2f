import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'SageMakerNotebookInternet',
  title: 'Notebook instances and Studio domains have no internet access of SageMaker\'s own',
  severity: 'error',
  control: Control.NETWORK_ISOLATION,
  resources: ['AWS::SageMaker::NotebookInstance', 'AWS::SageMaker::Domain'],
  why: 'a notebook is where a person has both the data and a shell: with SageMaker\'s own internet access, no VPC of yours stands between',
  fix: 'set DirectInternetAccess to Disabled, with a SubnetId; of a domain, AppNetworkAccessType to VpcOnly',
  check: (notebook) => {
    const [property, safe, otherwise] = notebook.type === 'AWS::SageMaker::Domain'
      ? ['AppNetworkAccessType', 'VpcOnly', 'PublicInternetOnly'] : ['DirectInternetAccess', 'Disabled', 'Enabled'];
    return notebook.at(property!).judge((value) => {
      if (value === safe) return COMPLIANT;
      return nonCompliant(value === undefined || value === null ? `${property} is not set, which is ${otherwise}` : `${property} is ${String(value)}`);
    });
  },
});
