/** What a person still has to write: no fact of the evidence. */
export interface Open { readonly open: string }

/** A fact, or a place that is left open. */
export type Text = string | Open;

/** A part of a section. */
export type Block =
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Text[])[] };

/** What a paragraph of the law asks for. */
export interface Section {
  readonly heading: string;
  /** The paragraph. */
  readonly cite?: string;
  readonly blocks: readonly Block[];
}

/** A document for an authority or an auditor, as far as the evidence can write it. */
export interface RegulatoryText {
  readonly title: string;
  /** What it is for, in one sentence. */
  readonly purpose: string;
  /** Where the law stands. */
  readonly url: string;
  readonly sections: readonly Section[];
}

/** The mark before everything that a person still has to write. */
export const OPEN_MARK = '☐ to be written:';

/** A place that is left open. */
export function toBeWritten(what: string): Open {
  return { open: what };
}

/** A paragraph. */
export function paragraph(text: Text): Block {
  return { kind: 'text', text };
}

/** A list; nothing where there are no items. */
export function list(items: readonly Text[]): Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

/** A table, or a sentence where it would have no rows. */
export function table(head: readonly string[], rows: readonly (readonly Text[])[], otherwise: string): Block {
  return rows.length === 0 ? paragraph(otherwise) : { kind: 'table', head, rows };
}

/** How many places are left open. */
export function openPlaces({ sections }: RegulatoryText): number {
  return sections.flatMap(({ blocks }) => blocks).flatMap(textsOf).filter((text) => typeof text !== 'string').length;
}

function textsOf(block: Block): readonly Text[] {
  if (block.kind === 'text') return [block.text];
  return block.kind === 'list' ? block.items : block.rows.flat();
}
