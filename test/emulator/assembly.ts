import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TemplateResource {
  readonly stack: DeployedStack;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Record<string, unknown>;
  readonly retained: boolean;
}

/** A stack by the name it is deployed under; a nested one gets a random end. */
export interface DeployedStack {
  readonly name: string;
  readonly nested: boolean;
  readonly environment: string;
}

interface Template {
  Resources?: Record<string, {
    Type: string; Properties?: Record<string, unknown>; DeletionPolicy?: string; Condition?: string; Metadata?: Record<string, unknown>;
  }>;
}

interface Manifest {
  artifacts?: Record<string, { type: string; environment?: string; properties?: { templateFile?: string; stackName?: string; directoryName?: string } }>;
}

/** All resources that a cloud assembly is to deploy, those of nested stacks and of stages too. */
export function resourcesOf(directory: string): TemplateResource[] {
  const { artifacts = {} } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest;
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    if (artifact.type === 'cdk:cloud-assembly') return resourcesOf(join(directory, artifact.properties!.directoryName!));
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    const stack = { name: artifact.properties!.stackName ?? id, nested: false, environment: artifact.environment! };
    return resourcesOfTemplate(directory, artifact.properties!.templateFile!, stack);
  });
}

function resourcesOfTemplate(directory: string, file: string, stack: DeployedStack): TemplateResource[] {
  const { Resources = {} } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Template;
  // the CDK's note to itself makes nothing in AWS either
  const real = Object.entries(Resources).filter(([, resource]) => !resource.Condition && resource.Type !== 'AWS::CDK::Metadata');
  return real.flatMap(([logicalId, resource]) => {
    const nestedFile = resource.Type === 'AWS::CloudFormation::Stack' ? resource.Metadata?.['aws:asset:path'] as string | undefined : undefined;
    const inside = nestedFile ? resourcesOfTemplate(directory, nestedFile, { ...stack, name: `${stack.name}-${logicalId}-`, nested: true }) : [];
    return [{
      stack, logicalId, type: resource.Type, properties: resource.Properties ?? {},
      retained: ['Retain', 'RetainExceptOnCreate'].includes(resource.DeletionPolicy ?? ''),
    }, ...inside];
  });
}
