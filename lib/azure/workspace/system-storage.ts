import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ComplianceProfile } from '../../policy/profile';
import { diagnostics } from '../private/diagnostics';
import { nameOf } from '../private/names';
import { privateEndpoint } from '../private/private-endpoint';
import { type AccountGround, letGo, protectedAccount } from '../private/protected-account';
import { assignRole, Role } from '../private/roles';
import type { Replication } from '../storage/replication';
import type { IIdentity } from './identity';

/** What the storage of Azure ML needs to know of the workspace. */
export interface SystemGround extends AccountGround {
  readonly profile: ComplianceProfile;
  readonly logAnalyticsId: string;
  readonly identity: IIdentity;
}

/** Blobs and files for code, notebooks and logs; queues and tables by which batch endpoints hand out work. */
const SERVICES = ['blob', 'file', 'queue', 'table'] as const;

/** The storage that Azure ML keeps code, notebooks and logs of jobs in. Data and models are in stores. */
export class SystemStorage extends Construct {
  public readonly accountId: string;
  /** The roles by which Azure ML reaches it. */
  public readonly roles: ITerraformDependable[];

  constructor(ground: SystemGround, id: string, props: { readonly replication: Replication; readonly deletable: boolean }) {
    super(ground, id);
    const account = protectedAccount(this, 'Resource', {
      ground, name: nameOf(this, 'storage account'), replication: props.replication, deletable: props.deletable, recoverableForDays: 30,
      // Azure ML takes no data lake for its own: https://learn.microsoft.com/azure/machine-learning/how-to-manage-workspace
      isLake: false, admitsTrustedServices: true,
    });
    this.accountId = account.id;
    letGo(this, account, {
      isLake: false, recoverableForDays: 30,
      // where jobs leave what they print and give out beside their declared outputs; code of components has to stay
      retentionPrefix: 'azureml/ExperimentRun/', retentionDays: ground.profile.dataRetention?.inDays,
    });
    const { identity } = ground;
    for (const service of SERVICES) {
      const name = service.charAt(0).toUpperCase() + service.slice(1);
      const endpoint = privateEndpoint(this, `${name}Endpoint`, ground, { targetId: account.id, service, zones: [`privatelink.${service}.core.windows.net`] });
      diagnostics(this, `${account.id}/${service}Services/default`, ground, { id: `${name}Diagnostics` });
      // the studio looks up where these are before it shows what is in them
      if (service === 'blob' || service === 'file') assignRole(this, { identity, role: Role.READER, targetId: endpoint.id });
    }
    diagnostics(this, account.id, ground, { logs: false });
    this.roles = [Role.READER, Role.BLOB_CONTRIBUTOR, Role.FILE_PRIVILEGED_CONTRIBUTOR].map((role) => assignRole(this, { identity, role, targetId: account.id }));
  }
}
