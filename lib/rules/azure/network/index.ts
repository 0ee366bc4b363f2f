import type { Rule } from '../../rule';
import inboundOpen from './inbound-open';
import privateEndpoint from './private-endpoint';
import privateEndpointDns from './private-endpoint-dns';
import subnetEndpointPolicies from './subnet-endpoint-policies';
import subnetOutbound from './subnet-outbound';

export const networkRules: readonly Rule[] = [
  inboundOpen, privateEndpoint, privateEndpointDns, subnetEndpointPolicies, subnetOutbound,
];
