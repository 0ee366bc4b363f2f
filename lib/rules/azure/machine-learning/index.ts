import type { Rule } from '../../rule';
import clusterScaleToZero from './cluster-scale-to-zero';
import codePinned from './code-pinned';
import computeIdentity from './compute-identity';
import computeIdleShutdown from './compute-idle-shutdown';
import computeLocalAuth from './compute-local-auth';
import computePublicIp from './compute-public-ip';
import computeSsh from './compute-ssh';
import computeSubnet from './compute-subnet';
import connectionIdentity from './connection-identity';
import datastoreIdentity from './datastore-identity';
import datastoreServiceAccess from './datastore-service-access';
import deploymentCapture from './deployment-capture';
import deploymentEgress from './deployment-egress';
import deploymentInstances from './deployment-instances';
import differentialPrivacy from './differential-privacy';
import endpointAuthentication from './endpoint-authentication';
import endpointPublicAccess from './endpoint-public-access';
import environmentPinned from './environment-pinned';
import inferenceClusterTls from './inference-cluster-tls';
import instanceOwner from './instance-owner';
import jobIdentity from './job-identity';
import jobTimeLimit from './job-time-limit';
import outboundRule from './outbound-rule';
import pipelineMatchesFlow from './pipeline-matches-flow';
import plainSecrets from './plain-secrets';
import privacyMatchesFlow from './privacy-matches-flow';
import registryPublicAccess from './registry-public-access';
import serverlessPublicIp from './serverless-public-ip';
import workspaceDatastoreAccess from './workspace-datastore-access';
import workspaceHighImpact from './workspace-high-impact';
import workspaceIdentity from './workspace-identity';
import workspaceIsolation from './workspace-isolation';
import workspaceKey from './workspace-key';
import workspaceLegacy from './workspace-legacy';
import workspacePublicAccess from './workspace-public-access';
import workspaceServiceSideEncryption from './workspace-service-side-encryption';

export const machineLearningRules: readonly Rule[] = [
  clusterScaleToZero, codePinned, computeIdentity, computeIdleShutdown, computeLocalAuth, computePublicIp, computeSsh, computeSubnet,
  connectionIdentity, datastoreIdentity, datastoreServiceAccess, deploymentCapture, deploymentEgress, deploymentInstances, differentialPrivacy, endpointAuthentication,
  endpointPublicAccess, environmentPinned, inferenceClusterTls, instanceOwner, jobIdentity, jobTimeLimit, outboundRule, pipelineMatchesFlow,
  plainSecrets, privacyMatchesFlow, registryPublicAccess, serverlessPublicIp, workspaceDatastoreAccess, workspaceHighImpact, workspaceIdentity, workspaceIsolation,
  workspaceKey, workspaceLegacy, workspacePublicAccess, workspaceServiceSideEncryption,
];
