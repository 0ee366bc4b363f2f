import type { Resource } from '../../resource';
import { NOT_APPLICABLE, type Verdict } from '../../verdict';
import { doubted, inMlApp, MlData } from '../ml-data';

/** Judges what is said of a function that handles data of machine learning; of one that is none of this app, a finding is unknown. */
export function ofMlFunction(resource: Resource, property: string, judge: () => Verdict): Verdict | readonly Verdict[] {
  return inMlApp(resource, () => {
    const functions = functionsOf(resource, property);
    if (functions.length === 0) return doubted(judge(), 'the function is none of this app');
    return functions.some((one) => MlData.of(resource.relations).has(one)) ? judge() : NOT_APPLICABLE;
  });
}

/** Functions of the app that a property names: by reference, name or ARN, with or without a version. */
function functionsOf(resource: Resource, property: string): Resource[] {
  const { relations } = resource;
  const place = resource.at(property);
  const names = place.texts.map((text) => /(?:^|:function:)([^:]+)(?::[^:]+)?$/.exec(text)?.[1] ?? text);
  const found = [...relations.targets(place), ...names.flatMap((name) => relations.called(name, 'AWS::Lambda::Function', 'FunctionName'))];
  return found.flatMap((one) => (one.type === 'AWS::Lambda::Function' ? [one] : one.type === 'AWS::Lambda::Alias' || one.type === 'AWS::Lambda::Version' ? functionsOf(one, 'FunctionName') : []));
}
