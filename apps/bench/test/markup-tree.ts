/** Reads markup back: that it is well formed, and what is in it. */

export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const VOID = new Set(['meta', 'link', '!doctype']);

/** All opening tags in order. Throws when one is not closed, or closed by another, or has a broken attribute. */
export function tagsOf(text: string): readonly Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  for (const [whole, isClosing, name = '', rest = '', isEmpty] of text.matchAll(
    /<(\/?)([a-z0-9!]+)((?:[^>"]|"[^"]*")*?)(\/?)>/gi,
  )) {
    if (isClosing === '/') {
      const last = open.pop();
      if (last !== name) throw new Error(`${whole} closes ${last}`);
      continue;
    }
    tags.push({ name, attributes: attributesOf(whole, rest) });
    if (isEmpty !== '/' && !VOID.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(' ')}`);
  return tags;
}

function attributesOf(tag: string, text: string): Readonly<Record<string, string>> {
  const attributes = [...text.matchAll(/ ([a-z0-9-]+)="([^"]*)"/gi)];
  const left = text.replaceAll(/ ([a-z0-9-]+)="([^"]*)"/gi, '').trim();
  if (!['', 'open', 'html'].includes(left)) throw new Error(`${tag} has ${left}`);
  return Object.fromEntries(attributes.map(([, name = '', value = '']) => [name, value]));
}

/** The words between the tags, in order. */
export function textsOf(text: string): readonly string[] {
  return text
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .split(/<[^>]*>/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
