import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { any, COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';

export default rule({
  name: 'GlueConnectionTls',
  title: 'Glue connections to databases and brokers demand TLS',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['AWS::Glue::Connection'],
  why: 'a database that takes both answers in clear text to a client that does not ask for TLS',
  fix: 'set JDBC_ENFORCE_SSL to true in ConnectionProperties; for Kafka, leave KAFKA_SSL_ENABLED true',
  properties: ['ConnectionInput.ConnectionProperties'],
  sources: ['Prowler glue_database_connections_ssl_enabled'],
  good: { CatalogId: '123456789012', ConnectionInput: { ConnectionType: 'JDBC', ConnectionProperties: { JDBC_CONNECTION_URL: 'jdbc:postgresql://db.internal/x', JDBC_ENFORCE_SSL: 'true' } } },
  bad: { CatalogId: '123456789012', ConnectionInput: { ConnectionType: 'JDBC', ConnectionProperties: { JDBC_CONNECTION_URL: 'jdbc:postgresql://db.internal/x' } } },
  check: (connection) => {
    const properties = connection.at('ConnectionInput.ConnectionProperties');
    return connection.at('ConnectionInput.ConnectionType').judge((type) => DEMANDED[String(type)]?.(properties) ?? NOT_APPLICABLE);
  },
});

/**
 * By what a connection leads to, how it demands TLS. Kafka's does unless it is told otherwise.
 *
 * @see https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-connections-connections.html
 */
const DEMANDED: Readonly<Record<string, (properties: Value) => Verdict>> = {
  JDBC: (properties) => properties.at('JDBC_ENFORCE_SSL').boolean(),
  KAFKA: (properties) => properties.at('KAFKA_SSL_ENABLED').boolean(true, true),
  MONGODB: (properties) => any(properties.at('JDBC_ENFORCE_SSL').boolean(), properties.at('CONNECTION_URL').judge((url) => (
    /^mongodb\+srv:|[?&](?:tls|ssl)=true\b/i.test(String(url)) ? COMPLIANT : nonCompliant('its CONNECTION_URL does not say tls=true')))),
};
