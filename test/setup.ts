// The built-in CloudFormation engine costs 1.5 s a test file; test/examples turns it on where it is the thing under test.
process.env.CDK_VALIDATION ??= 'false';
