import type { Facets } from '../../coverage';
import { Facet } from '../../facet';

const { STORAGE, CODE, PLATFORM, GRANT, PERMISSIONS, PRINCIPAL, SIGN_IN, OPENABLE, TAGS } = Facet;

/** Who may do what, and where images come from. */
export const IDENTITY_FACETS: Facets = {
  'AWS::ECR::PublicRepository': [CODE, OPENABLE, TAGS],
  'AWS::ECR::PullThroughCacheRule': [CODE],
  'AWS::ECR::PullTimeUpdateExclusion': [],
  'AWS::ECR::RegistryPolicy': [GRANT, OPENABLE],
  'AWS::ECR::RegistryScanningConfiguration': [PLATFORM],
  'AWS::ECR::ReplicationConfiguration': [],
  'AWS::ECR::Repository': [STORAGE, CODE, PLATFORM, GRANT, OPENABLE, TAGS],
  'AWS::ECR::RepositoryCreationTemplate': [STORAGE, CODE, GRANT, OPENABLE],
  'AWS::ECR::SigningConfiguration': [CODE],
  'AWS::IAM::AccessKey': [PRINCIPAL],
  'AWS::IAM::Group': [GRANT, PERMISSIONS],
  'AWS::IAM::GroupPolicy': [GRANT, PERMISSIONS],
  'AWS::IAM::InstanceProfile': [],
  'AWS::IAM::ManagedPolicy': [GRANT, PERMISSIONS],
  'AWS::IAM::OIDCProvider': [SIGN_IN, TAGS],
  'AWS::IAM::Policy': [GRANT, PERMISSIONS],
  'AWS::IAM::Role': [GRANT, PERMISSIONS, PRINCIPAL, OPENABLE, TAGS],
  'AWS::IAM::RolePolicy': [GRANT, PERMISSIONS],
  'AWS::IAM::SAMLProvider': [SIGN_IN, TAGS],
  'AWS::IAM::User': [GRANT, PERMISSIONS, PRINCIPAL, TAGS],
  'AWS::IAM::UserPolicy': [GRANT, PERMISSIONS],
};
