import { Aspects, AspectPriority, CustomResource, Duration, Lazy, Stack, Token, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { wayOut } from '../../private/endpoint-services';
import { RuntimeFunction } from '../../private/runtime-function';
import type { MLPipeline } from '../pipeline';
import { renderBody, renderVariables } from './render';
import { upload, UploadedFile } from './upload';

/** Letters and digits only, so that JSON leaves it as it is. */
const PLACEHOLDER = 'regulatedMlValue';
const PREFIX = 'definition/';

/**
 * A definition too large for a template. It is uploaded with the app's assets, with a placeholder wherever CloudFormation decides
 * the value; at deployment a function fills them in and stores the result, encrypted, under a key made of its content.
 */
export class LargeDefinition extends Construct {
  /** As the property of the pipeline wants it. */
  public readonly location: Record<string, string>;
  private template?: UploadedFile;
  private values: string[] = [];

  constructor(pipeline: MLPipeline, definition: () => unknown) {
    super(pipeline, 'Definition');
    const { workspace, pipelineName } = pipeline;
    const { outputs } = workspace;
    const prefix = `${pipelineName}/${PREFIX}`;
    const writer = new RuntimeFunction(this, 'Writer', {
      job: 'pipeline-definition', workspace, logsKey: workspace.logsKey, reservedConcurrency: 1, timeout: Duration.minutes(2),
      description: `Writes the definition of pipeline ${pipelineName}`,
    });
    outputs.grantWrite(writer.role, prefix);
    // CloudFormation hands the location to SageMaker, which reads it for the pipeline.
    outputs.grantRead(pipeline._role, prefix);
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: writer.function.functionArn,
      resourceType: 'Custom::PipelineDefinition',
      serviceTimeout: Duration.minutes(5),
      properties: {
        // Rules read the app before synth as well, when nothing has been uploaded: what is produced then must not be kept.
        Template: Lazy.uncachedAny({
          produce: () => (this.template ? { Bucket: this.template.bucketName, Key: this.template.key } : { Definition: renderBody(this, definition) }),
        }),
        Values: Lazy.uncachedList({ produce: () => this.values }),
        Placeholder: PLACEHOLDER,
        Destination: { Bucket: outputs.bucket.bucketName, Key: prefix },
      },
    });
    resource.node.addDependency(writer, ...wayOut(workspace));
    this.location = { Bucket: resource.getAttString('Bucket'), Key: resource.getAttString('Key') };
    // Late, when all steps are there; the upload needs the text as it will be.
    Aspects.of(this).add({ visit: (node) => { if (node === this) this.write(writer, definition()); } }, { priority: AspectPriority.MUTATING });
  }

  private write(writer: RuntimeFunction, definition: unknown): void {
    const { text, values } = withPlaceholders(this.node.scope!.node.path, JSON.stringify(renderVariables(this, definition).value));
    this.values = values;
    this.template = upload(this, 'definition.json', Buffer.from(text));
    writer.role.allow(new iam.PolicyStatement({
      actions: ['s3:GetObject'], resources: [`arn:${Stack.of(this).partition}:s3:::${this.template.bucketName}/${this.template.key}`],
    }));
  }
}

/** Puts a placeholder in the place of each token. */
export function withPlaceholders(owner: string, json: string): { text: string; values: string[] } {
  if (json.includes('#{Token[')) throw new Error(`${owner}: a definition that is stored apart takes no list that only the deployment knows: name its members`);
  const numeric = /-1\.8881545\d*e\+?\d+/i.exec(json);
  if (numeric) throw new Error(`${owner}: a definition that is stored apart takes no number that only the deployment knows: write it out, or make it a parameter of the pipeline`);
  const values: string[] = [];
  const parts = Tokenization.reverseString(json).mapTokens({
    mapToken: (token) => {
      const value = Token.asString(token);
      const known = values.indexOf(value);
      if (known < 0) values.push(value);
      return `${PLACEHOLDER}${known < 0 ? values.length - 1 : known}_`;
    },
  });
  return { text: parts.join({ join: (left: string | undefined, right: string | undefined) => `${left ?? ''}${right ?? ''}` }) as string, values };
}
