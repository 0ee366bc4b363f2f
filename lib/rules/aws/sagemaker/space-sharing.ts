import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { option } from './option';

export default rule({
  name: 'SageMakerSpaceSharing',
  title: 'Spaces of Studio belong to one person',
  severity: 'warning',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::SageMaker::Space'],
  why: 'whoever is in the domain opens a shared space, reads its files and works with its role',
  fix: 'set SpaceSharingSettings.SharingType to Private and OwnershipSettings to its owner; share data through a store',
  properties: ['SpaceSharingSettings.SharingType'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/domain-space.html'],
  good: { SpaceSharingSettings: { SharingType: 'Private' }, OwnershipSettings: { OwnerUserProfileName: 'ada' } },
  bad: { SpaceSharingSettings: { SharingType: 'Shared' } },
  check: (space) => option(space.at('SpaceSharingSettings.SharingType'), ['Private'], 'Shared'),
});
