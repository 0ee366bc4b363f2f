/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/shared-modules-environment.cjs',
  runtime: '<rootDir>/test/shared-modules-runtime.cjs',
  workerIdleMemoryLimit: '4GB',
  testSequencer: '<rootDir>/test/longest-first.cjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' }, sourceMaps: 'inline' }],
    // ES modules, which Jest cannot load as they are
    '/node_modules/(@noble/ciphers|hyparquet|hyparquet-writer)/.+\\.js$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!(@noble/ciphers|hyparquet|hyparquet-writer)/)'],
  moduleNameMapper: {
    '^cdk-regulated-ml$': '<rootDir>/lib/index.ts',
    '^cdk-regulated-ml/(policy|aws|azure|rules|rules/azure|evidence)$': '<rootDir>/lib/$1/index.ts',
  },
  setupFiles: ['<rootDir>/test/setup.ts'],
  testTimeout: 120_000,
  maxWorkers: 2,
};
