import { Residency } from '../../../policy/residency';
import { Memos } from '../../memo';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { Choice, Unknown, type Resolved } from '../../resolved';
import { STACK_SET } from '../../stacks-within';
import { WRITER } from '../../stored-definition';
import { profilesIn } from './geography';
import { isAtHome, isCode, isCopy } from './paths';
import { openRegion, regionsAlone, regionsIn, regionsOfHost, regionsOfHosts, regionsStated, zoneOf } from './regions-in';
import { scriptIn } from './script';
import { atHome, bucketRegion, placed, REGION, regionOfReference, repositoryOf, type Around, type Whereabouts } from './whereabouts';

/** What kind of thing a text names. */
export type MentionKind = 'image' | 'location' | 'key' | 'model' | 'profile' | 'reference';

/** A place that a property names. */
export interface Mention extends Whereabouts {
  readonly kind: MentionKind;
  /** The text, `?` for what is not known. */
  readonly text: string;
  readonly location: string;
  /** Of an inference profile, all regions that it may answer from. */
  readonly regions?: readonly string[];
  /** The service takes it from its own region only. */
  readonly isAtHome?: boolean;
}

const NO_MENTIONS: Mention[] = [];

/** Every place that a resource names; found once, whatever number of rules ask. */
export function mentionsOf(resource: Resource): Mention[] {
  return resource.ask(foundMentions);
}

function foundMentions(resource: Resource): Mention[] {
  const { known, memos } = resource.relations.once(mentionsOfAll);
  let found = known.get(resource);
  if (!found) known.set(resource, found = memos.of(resource));
  return found;
}

// what a reference or a name means is the same for whoever says it: that alone makes no answer personal
function mentionsOfAll(relations: Relations): { readonly known: Map<Resource, Mention[]>; readonly memos: Memos<Mention[]> } {
  return { known: new Map(), memos: new Memos((resource) => findMentions(resource, relations)) };
}

function hasReadableInside(resource: Resource): boolean {
  // what it writes is read where a pipeline takes it from
  if (resource.type === WRITER) return true;
  // the stacks of a set are resources of the app like others
  if (resource.type === STACK_SET) return resource.scope.nested.has(resource.logicalId);
  return resource.relations.inside(resource).length > 0 && resource.relations.unreadableReason(resource) === undefined;
}

function findMentions(resource: Resource, relations: Relations): Mention[] {
  if (SILENT_TYPES.has(resource.type)) return NO_MENTIONS;
  const mentions: Mention[] = [];
  const readable = resource.ask(hasReadableInside);
  const state = { resource, relations, mentions, skipped: readable ? DEFINITIONS : NONE, inPolicy: false };
  if (resource.within) walk(resource.within.whole, '', { key: resource.within.location.replace(/\.(Arguments|Parameters)$/, '') }, state);
  else for (const alternative of resource.properties.alternatives) walk(alternative, '', { key: resource.properties.location }, state);
  return mentions.length === 0 ? NO_MENTIONS : mentions;
}

// most texts name no place: theirs is not written out
interface Place { readonly key: string | number; readonly above?: Place }

function locationOf({ key, above }: Place): string {
  return above ? `${locationOf(above)}.${key}` : String(key);
}

interface Walk extends Around {
  readonly mentions: Mention[];
  readonly skipped: ReadonlySet<string>;
  readonly inPolicy: boolean;
}

// metadata of the CDK itself is an opaque text
const SILENT_TYPES = new Set(['AWS::CDK::Metadata']);
const NONE: ReadonlySet<string> = new Set();
// read step by step instead
const DEFINITIONS: ReadonlySet<string> = new Set(['PipelineDefinition', 'Definition', 'DefinitionString', 'DefinitionSubstitutions', 'TemplateBody']);
// prose and code, which name places without being there; what starts a machine is read
const PROSE = new Set(['Description', 'Comment', 'ZipFile', 'AlarmDescription', 'DashboardBody']);
// what passes of that which is here already: it brings nothing from where it names
const FILTERS = new Set(['EventPattern', 'FilterCriteria', 'FilterPolicy']);

function walk(value: Resolved, name: string, place: Place, state: Walk): void {
  if (value instanceof Unknown || typeof value === 'string') read(value, name, place, state);
  else if (value instanceof Choice) for (const option of value.options) walk(option, name, place, state);
  else if (Array.isArray(value)) value.forEach((item, key) => walk(item, name, { key, above: place }, state));
  else if (typeof value === 'object' && value !== null) {
    const object = value as Record<string, Resolved>;
    // what a policy denies, and what it makes a condition of, is not where data is
    if (object.Effect === 'Deny' && ('Action' in object || 'NotAction' in object)) return;
    const inside = 'Effect' in object && !state.inPolicy ? { ...state, inPolicy: true } : state;
    for (const key of Object.keys(object)) {
      if (PROSE.has(key) || FILTERS.has(key) || state.skipped.has(key) || (key === 'Condition' && 'Effect' in object)) continue;
      walk(object[key]!, key, { key, above: place }, inside);
    }
  }
}

export const IMAGE_NAMES = new Set(['Image', 'ImageUri', 'TrainingImage', 'ImageURI']);
export const LOCATION_NAMES = new Set([
  'S3Uri', 'S3OutputPath', 'S3OutputLocation', 'ModelDataUrl', 'DestinationS3Uri', 'S3FailurePath', 'S3InputUri', 'S3OutputUri', 'S3ResourceUri',
  'SubmitDirectory', 'ConstraintsUri', 'StatisticsUri',
]);
export const BUCKET_NAME = /bucket(?:_?name|_?arn)?$/i;
export const KEY_NAME = /^(?:\w*kms\w*key(?:ids?|arns?|identifier)?|encryptionkeyarn)$/i;
const REGION_NAME = /regions?(?:names?)?$/i;
// what is longer is no name of a place, and is not told whole
const LONGEST_TEXT = 160;
// where nothing but an image can stand, a region that does not exist is one, and a gap that a program fills is none
const IMAGE_ALONE = /^[^/\s]*\.dkr[.-]ecr(?:-fips)?\.([^./\s${<]+)\./;
const IMAGE = new RegExp(`^[^/\\s]*\\.dkr[.-]ecr(?:-fips)?\\.(${REGION}|[a-z\\d-]*\\?[a-z\\d?-]*)\\.`);
/** Images that CodeBuild keeps in every region: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html */
const OF_CODEBUILD = /^aws\/codebuild\//;
// prose by its name
const TELLS = /description|comment|documentation/i;
// scripts in base64, which a machine runs before anybody works on it
const SCRIPTS = new Set(['Content', 'StudioLifecycleConfigContent', 'UserData', 'UserDataOverride']);
// what a model may be named by, of another region too
const MODEL_NAME = /^ModelPackage(?:Version)?(?:Name|Arn)$/;
const BEDROCK_MODEL = /^(?:FoundationModel(?:Arn)?|InferenceProfile(?:Arn|Id|Identifier)?)$/;
const BEDROCK_MODEL_THERE = /^(?:CopyFrom|ModelArn|ModelId|ModelIdentifier)$/;

// a place is named by a host, an ARN, a path, the name of a region, or by the property that it stands in
const MAY_BE_PLACE = /[-./]/;
const NAMES_PLACE = /bucket|image|key|region|uri|url|path|location|directory/i;

function read(value: string | Unknown, name: string, place: Place, state: Walk): void {
  if (typeof value === 'string' && !MAY_BE_PLACE.test(value) && !NAMES_PLACE.test(name) && !SCRIPTS.has(name)) return undefined;
  const text = patternOf(value);
  const location = locationOf(place);
  const { type } = state.resource;
  if (isCopy(type, location)) return undefined;
  const isHome = isAtHome(type, location);
  const condemnsOnly = isHome || isCode(type, location);
  const note = (kind: MentionKind, found: Partial<Mention>) => {
    const home = isHome ? { isAtHome: true, ...(found.region === undefined ? atHome(state) : {}) } : {};
    state.mentions.push({ kind, text, location, ...(condemnsOnly || (state.inPolicy && kind === 'location') ? { condemnsOnly: true } : {}), ...found, ...home });
  };
  const script = SCRIPTS.has(name) ? scriptIn(value) : undefined;
  if (script !== undefined) {
    const { text: told, unreadable } = script;
    const lines = patternOf(told);
    for (const { kind, ...found } of [...embedded(told, state), ...references([...regionsOfHosts(lines), ...regionsStated(lines)])]) note(kind, found);
    return unreadable === undefined ? undefined : note('reference', { text: name, reason: unreadable });
  }
  for (const { id, ...found } of profilesIn(text, name)) if (found.regions || isNowhere(value, state)) note('profile', { text: id, ...found });
  if (value instanceof Unknown && namesModel(name, state) && !value.parts && isNowhere(value, state)) return note('profile', { reason: `it is ${value.reason}` });
  const arn = /^arn:[^:]*:([^:]*):([^:]*):[^:]*:/.exec(text);
  // an application that somebody has published there: code is taken from it, and nothing goes to it
  if (arn?.[1] === 'serverlessrepo') return undefined;
  const image = (IMAGE_NAMES.has(name) ? IMAGE_ALONE : IMAGE).exec(text);
  if (image) return note('image', repositoryOf(value, state) ?? placed(image[1]!, image[0].length - image[1]!.length - 1, value, state));
  if (IMAGE_NAMES.has(name) && OF_CODEBUILD.test(text)) return note('image', atHome(state));
  if (IMAGE_NAMES.has(name)) return undecided(value, state, (found) => note('image', found), 'an image in a registry that names no region');
  const uri = /^(s3[an]?:\/\/)([^/]*)/.exec(text);
  if (uri) return note('location', bucketRegion(value, uri[2]!, uri[1]!.length, state));
  const address = S3_ADDRESS.exec(text);
  if (address) return note('location', address[2] ? placed(address[2], text.indexOf(`${address[2]}.amazonaws`), value, state) : bucketRegion(value, address[1] ?? address[3] ?? '?', address[1] ? text.indexOf('//') + 2 : address[0].length - (address[3]?.length ?? 0), state));
  if (arn?.[1] === 's3' && arn[2] === '') {
    return isOwnName(name, location, state) ? undefined : note('location', bucketRegion(value, text.slice(arn[0].length).split('/')[0]!, arn[0].length, state));
  }
  if (arn?.[1] && arn[2] !== '' && arn[2] !== '*') {
    return note(arn[1] === 'kms' ? 'key' : arn[1] === 'sagemaker' && /:model(-package)?\//.test(text) ? 'model' : 'reference', placed(arn[2]!, text.split(':', 3).join(':').length + 1, value, state));
  }
  if (LOCATION_NAMES.has(name)) return undecided(value, state, (found) => note('location', found), 'no S3 URI');
  // what is told of a model while something runs, the registry of its region tells
  if (MODEL_NAME.test(name) && value instanceof Unknown && (!state.resource.within || value.kind === 'parameter')) return undecided(value, state, (found) => note('model', found), '');
  if (KEY_NAME.test(name) && value instanceof Unknown) return undecided(value, state, (found) => note('key', found), '');
  if (BUCKET_NAME.test(name) && !isOwnName(name, location, state) && (value instanceof Unknown || /^[a-z0-9][a-z0-9.-]{2,62}$/.test(text))) {
    return note('location', bucketRegion(value, text, 0, state));
  }
  for (const { kind, ...found } of embedded(value, state)) note(kind, found);
  if (value instanceof Unknown && !value.parts) {
    // of the stack's own region the stack itself says that it is not known
    if ((REGION_NAME.test(name) || isService(name, state)) && value.kind === 'parameter') note('reference', { reason: `it is ${value.reason}` });
    return undefined;
  }
  const isTag = () => location.includes('.Tags.');
  const alone = isTag() ? [] : regionsAlone(text);
  const isPlain = REGION_NAME.test(name) || alone.length > 0;
  const isHost = /(^|\.)amazonaws\.|\.amazonaws(\.|$)|\.on\.aws\b|\.api\.aws\b/.test(text);
  const stated = () => (TELLS.test(name) ? [] : [...new Set([...regionsOfHosts(text), ...regionsOfHost(text), ...regionsStated(text)])]);
  // of a program only what it calls and where it is told to work
  const regions = alone.length > 0 ? alone : text.includes('\n') ? [...new Set([...regionsOfHosts(text), ...stated()])] : isHost ? regionsIn(text) : isPlain ? regionsIn(text).filter(Residency.isRegion) : stated();
  if (regions.length > 0 && (isHost || isPlain || !isTag())) for (const region of regions) note('reference', { region, ...(text.length > LONGEST_TEXT ? { text: region } : {}) });
  const reason = value instanceof Unknown ? openRegion(value) : undefined;
  if (reason) note('reference', { reason: `its region is not known: ${reason}` });
  const zone = regions.length > 0 ? undefined : zoneOf(text, name);
  if (zone) note('reference', zone.isLocal ? { claimed: zone.region, reason: `a local zone stands in a city of its own, which can be in another country than ${zone.region}` } : { region: zone.region });
  return undefined;
}

function patternOf(value: string | Unknown): string {
  return value instanceof Unknown ? value.pattern : value;
}

function references(regions: readonly string[]): (Partial<Mention> & { kind: MentionKind; text: string })[] {
  return regions.map((region) => ({ kind: 'reference', text: region, region }));
}

// a profile of the app is judged where it is made; a policy names what may be reached
function isNowhere(value: string | Unknown, { relations, inPolicy }: Walk): boolean {
  return !inPolicy && (typeof value === 'string' || value.leaves.every((leaf) => relations.target(leaf) === undefined));
}

function isService(name: string, { resource }: Walk): boolean {
  return name === 'ServiceName' && resource.type === 'AWS::EC2::VPCEndpoint';
}

function namesModel(name: string, { resource: { type, within } }: Walk): boolean {
  return BEDROCK_MODEL.test(name) || (BEDROCK_MODEL_THERE.test(name) && (type.startsWith('AWS::Bedrock::') || within?.kind.includes('bedrock') === true));
}

// what stands in the middle of a text: arguments, environment, a definition that cannot be read
function embedded(value: string | Unknown, state: Walk): (Partial<Mention> & { kind: MentionKind; text: string })[] {
  const text = patternOf(value);
  const found: (Partial<Mention> & { kind: MentionKind; text: string })[] = [];
  for (const [whole, service, region] of text.matchAll(/\barn:[\w?-]*:([\w-]+):([a-z]{2,4}(?:-[a-z]+)+-\d{1,2}):[^\s"',;]*/g)) {
    found.push({ kind: service === 'kms' ? 'key' : 'reference', text: whole, region: region! });
  }
  for (const [whole, region] of text.matchAll(/[\d?]+\.dkr[.-]ecr(?:-fips)?\.([a-z]{2,4}(?:-[a-z]+)+-\d{1,2})\.[^\s"',;]*/g)) {
    found.push({ kind: 'image', text: whole, region: region! });
  }
  for (const match of text.matchAll(/\b(s3[an]?:\/\/)([^/\s"',;]+)[^\s"',;]*/g)) {
    const bucket = bucketRegion(value, match[2]!, match.index + match[1]!.length, state);
    // what is put together while it is deployed, and stands among other things, is left alone unless it is known
    if (!match[2]!.includes('?') || bucket.region !== undefined || bucket.claimed !== undefined) found.push({ kind: 'location', text: match[0], ...bucket });
  }
  return found;
}

// https://bucket.s3.region.amazonaws.com/key, https://s3.region.amazonaws.com/bucket/key, and both without a region
const S3_ADDRESS = /^https?:\/\/(?:([^/]+?)\.)?s3(?:[.-](?:dualstack\.|fips\.|website[.-])?((?!amazonaws)[a-z?][a-z0-9?-]+))?\.amazonaws\.[a-z.]+\/(?:([^/]+))?/;

// what a bucket is called itself, and its copies, which have a rule of their own
function isOwnName(name: string, location: string, { resource }: Walk): boolean {
  return resource.type === 'AWS::S3::Bucket' && (location === `Properties.${name}` || location.includes('.ReplicationConfiguration.'));
}

function undecided(value: string | Unknown, state: Walk, note: (found: Partial<Mention>) => void, otherwise: string): void {
  if (typeof value === 'string') {
    if (otherwise && value !== '') note({ reason: otherwise });
    return;
  }
  const leaf = value.leaves[0]!;
  note(regionOfReference(leaf, state) ?? { reason: `it is ${leaf.reason}` });
}
