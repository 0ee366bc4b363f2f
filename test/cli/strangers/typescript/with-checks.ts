// The same app with the lines that `regulated-ml init` shows.
import { Validations } from 'aws-cdk-lib';
import { ComplianceProfile, Framework, Jurisdiction, Residency } from 'cdk-regulated-ml/policy';
import { RegulatedMLChecks } from 'cdk-regulated-ml/rules';
import { app } from './app';

const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
