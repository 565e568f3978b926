/**
 * Enough of an XML check for scenario files: tags are closed in order, attributes are quoted and unique.
 * @param {string} xml
 * @returns {string | undefined} the first fault
 */
export function xmlFault(xml) {
  const open = [];
  const text = xml
    .replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<\?xml[^>]*\?>/, '')
    .replace(/<!DOCTYPE[^>]*>/, '');
  if (text.includes('<![CDATA[') || text.includes('<!--')) return 'a CDATA section or comment is not closed';
  for (const match of text.matchAll(/<([^>]*)>/g)) {
    const tag = match[1] ?? '';
    const name = /^\/?([A-Za-z][\w-]*)/.exec(tag)?.[1];
    if (name === undefined) return `<${tag}> is no tag`;
    if (tag.startsWith('/')) {
      if (open.pop() !== name) return `</${name}> closes something else`;
      continue;
    }
    const attributes = tag.slice(name.length).replace(/\/$/, '');
    const names = [...attributes.matchAll(/\s+([\w-]+)="[^"<]*"/g)].map((found) => found[1]);
    if (new Set(names).size !== names.length) return `<${name}> has an attribute twice`;
    if (attributes.replace(/\s+([\w-]+)="[^"<]*"/g, '').trim() !== '') return `<${tag}> has a malformed attribute`;
    if (!tag.endsWith('/')) open.push(name);
  }
  return open.length === 0 ? undefined : `<${open.at(-1)}> is not closed`;
}
