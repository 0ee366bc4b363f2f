import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { FileAssetPackaging, Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** A file that is uploaded with the app's assets. */
export interface UploadedFile {
  readonly bucketName: string;
  readonly key: string;
  readonly uri: string;
}

/**
 * Uploads a file under its own name, `<hash>/<name>`: containers look for files by name (`analysis_config.json`), and
 * an `Asset` would be called by its hash alone.
 *
 * @param identity what the hash is made of; the content unless given
 */
export function upload(scope: Construct, name: string, content: Buffer, identity: Buffer = content): UploadedFile {
  const hash = createHash('sha256').update(identity).digest('hex');
  const fileName = `${hash}.${name}`;
  const folder = Stage.of(scope)!.outdir;
  // Its name holds its hash, so what is there is the same: several steps run the same code.
  if (!fs.existsSync(path.join(folder, fileName))) fs.writeFileSync(path.join(folder, fileName), content);
  const { name: base, ext } = path.parse(name);
  const { bucketName, objectKey } = Stack.of(scope).synthesizer.addFileAsset({
    fileName, packaging: FileAssetPackaging.FILE, sourceHash: `${hash}/${base}`, displayName: `${scope.node.path} ${base}${ext}`,
  });
  return { bucketName, key: objectKey, uri: `s3://${bucketName}/${objectKey}` };
}
