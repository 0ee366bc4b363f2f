import { DefaultTokenResolver, Reference, Stack, Tokenization, type IPostProcessor, type IResolvable, type IResolveContext } from 'aws-cdk-lib';
import { ofStack } from '../resolve';

/**
 * What the constructs of a stack come to before they are synthesized. A reference to another stack is no import yet: it keeps the stack that it is of,
 * since two stacks may have the same logical id.
 */
export function fragmentOf(stack: Stack): unknown {
  // internal to the CDK but public on the class, and what `Template.fromStack` rests on
  const { _toCloudFormation: toCloudFormation } = stack as unknown as { _toCloudFormation(): unknown };
  const resolver = new OfStacks(stack);
  // a stack resolves its elements one by one
  const own = Object.create(stack, { resolve: { value: (value: unknown): unknown => Tokenization.resolve(value, { scope: stack, preparing: false, resolver }) } }) as Stack;
  return own.resolve(toCloudFormation.call(own));
}

/** Resolves tokens as the CDK does for a template. */
class OfStacks extends DefaultTokenResolver {
  constructor(private readonly own: Stack) {
    super({ join });
  }

  public override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    const value = super.resolveToken(token, context, postProcessor) as unknown;
    if (!Reference.isReference(token)) return value;
    const stack = Stack.of(token.target);
    // what synth has made an import or a parameter is one already
    const { hasValueForStack: isPrepared } = token as unknown as { hasValueForStack?(stack: Stack): boolean };
    return stack === this.own || isPrepared?.call(token, this.own) ? value : named(value, (name) => ofStack(stack.node.addr, name));
  }
}

function named(value: unknown, name: (name: string) => string): unknown {
  // within `Fn::Sub` of an included template
  if (typeof value === 'string') return value.replace(/^\$\{([^}]+)\}$/, (_text, inner: string) => `\${${name(inner)}}`);
  const { Ref: ref, 'Fn::GetAtt': attribute } = (value ?? {}) as Record<string, unknown>;
  if (typeof ref === 'string') return { Ref: name(ref) };
  if (typeof attribute === 'string') return { 'Fn::GetAtt': name(attribute) };
  return Array.isArray(attribute) ? { 'Fn::GetAtt': [name(String(attribute[0])), ...(attribute as unknown[]).slice(1)] } : value;
}

// a text with hundreds of tokens is one list, not a nest of them
function join(left: unknown, right: unknown): unknown {
  const parts = [left, right].filter((part) => part !== undefined).flatMap(partsOf);
  const merged: unknown[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (isPlain(part) && isPlain(last)) merged[merged.length - 1] = `${last}${part}`;
    else merged.push(part);
  }
  return merged.length === 0 ? '' : merged.length === 1 ? merged[0] : { 'Fn::Join': ['', merged] };
}

function partsOf(value: unknown): unknown[] {
  const joined = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['Fn::Join'] : undefined;
  return Array.isArray(joined) && joined[0] === '' && Array.isArray(joined[1]) ? joined[1] as unknown[] : [value];
}

function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
