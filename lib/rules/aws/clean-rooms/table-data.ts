import type { Classification } from '../../../policy/classification';
import { append, type Relations } from '../../relations';
import type { Resource } from '../../resource';
import { MlData } from '../ml-data';

/** What a configured table is known to hold: the classification of the store that its Glue table lies in. */
export function classificationOf(table: Resource): Classification | undefined {
  const { relations } = table;
  const [name] = table.at('TableReference.Glue.TableName').texts;
  const glue = [...relations.targets(table.at('TableReference.Glue.TableName')), ...relations.once(tables).get(name ?? '') ?? []];
  const data = MlData.of(relations);
  for (const one of glue) {
    const location = one.at('TableInput.StorageDescriptor.Location');
    const names = location.texts.map((text) => /^s3[an]?:\/\/([^/]+)/.exec(text)?.[1]).filter((found) => found !== undefined);
    for (const bucket of [...relations.targets(location), ...names.flatMap((found) => relations.called(found, 'AWS::S3::Bucket', 'BucketName'))]) {
      const { classification } = data.storeOf(bucket) ?? {};
      if (classification) return classification;
    }
  }
  return undefined;
}

function tables(relations: Relations): Map<string, Resource[]> {
  const found = new Map<string, Resource[]>();
  for (const table of relations.ofType('AWS::Glue::Table')) for (const name of table.at('TableInput.Name').texts) append(found, name, table);
  return found;
}
