import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'GlueConnectionTls',
  title: 'Glue connections to databases demand TLS',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['AWS::Glue::Connection'],
  why: 'a database that takes both answers in clear text to a client that does not ask for TLS',
  fix: 'set JDBC_ENFORCE_SSL to true in ConnectionProperties',
  properties: ['ConnectionInput.ConnectionProperties'],
  sources: ['Prowler glue_database_connections_ssl_enabled'],
  good: { CatalogId: '123456789012', ConnectionInput: { ConnectionType: 'JDBC', ConnectionProperties: { JDBC_CONNECTION_URL: 'jdbc:postgresql://db.internal/x', JDBC_ENFORCE_SSL: 'true' } } },
  bad: { CatalogId: '123456789012', ConnectionInput: { ConnectionType: 'JDBC', ConnectionProperties: { JDBC_CONNECTION_URL: 'jdbc:postgresql://db.internal/x' } } },
  check: (connection) => {
    const isDatabase = connection.at('ConnectionInput.ConnectionType').texts.includes('JDBC') || connection.at('ConnectionInput.ConnectionType').unknowns.length > 0;
    return isDatabase ? connection.boolean('ConnectionInput.ConnectionProperties.JDBC_ENFORCE_SSL') : NOT_APPLICABLE;
  },
});
