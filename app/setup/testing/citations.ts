import { posix } from 'node:path';

/** The text of a tracked file by its path. */
export interface Text {
  readonly path: string;
  readonly lines: readonly string[];
}

/**
 * Links and citations of files that do not exist. In Markdown: relative links, and paths in backquotes. In code and settings: paths in backquotes,
 * and whole paths such as docs/style.md. A path may be cited by its end, as far as that is clear to a reader: `rtp/packet.ts` for media/rtp/packet.ts.
 */
export function citationFaults(texts: readonly Text[], tracked: readonly string[]): readonly string[] {
  const known = new Known(tracked);
  return texts.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => {
      const missing = new Set([
        ...(path.endsWith('.md') ? linksOf(line).filter((link) => !known.has(relativeTo(path, link))) : []),
        ...citationsOf(line).filter((cited) => !known.isCited(cited, path)),
      ]);
      return [...missing].map((cited) => `${path}:${index + 1}: ${cited} does not exist`);
    }),
  );
}

class Known {
  /** Files and folders. */
  readonly #paths = new Set<string>();
  /** Ends of paths: a/b/c.ts, b/c.ts, c.ts. */
  readonly #ends = new Set<string>();

  constructor(tracked: readonly string[]) {
    for (const path of tracked) {
      const parts = path.split('/');
      for (let i = 1; i <= parts.length; i += 1) {
        const upTo = parts.slice(0, i);
        this.#paths.add(upTo.join('/'));
        for (let j = 0; j < i; j += 1) this.#ends.add(upTo.slice(j).join('/'));
      }
    }
  }

  has(path: string): boolean {
    return path === '' || path === '.' || this.#paths.has(path.replace(/\/$/, ''));
  }

  isCited(cited: string, from: string): boolean {
    const path = cited.replace(/\/$/, '');
    return NOT_TRACKED.test(path) || this.#ends.has(path) || this.has(relativeTo(from, path));
  }
}

/** `[text](target)` without those to other hosts and to places of the same page. */
function linksOf(line: string): readonly string[] {
  return [...line.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link.split('#')[0] ?? '')
    .filter((link) => link !== '' && !/^[a-z]+:/.test(link));
}

function citationsOf(line: string): readonly string[] {
  const quoted = [...line.matchAll(/`([^`\s]+)`/g)]
    .map(([, text = '']) => text)
    .filter((text) => PATH.test(text) && !PLACEHOLDER.test(text));
  const whole = [...line.matchAll(WHOLE_PATH)].map(([text]) => text).filter((text) => !PLACEHOLDER.test(text));
  return [...quoted, ...whole];
}

function relativeTo(from: string, link: string): string {
  return posix.normalize(link.startsWith('/') ? link.slice(1) : posix.join(posix.dirname(from), link));
}

/** A name of a file of ours, or a path that ends in one. */
const PATH = /^(?:[\w.-]+\/)*[\w.-]*[a-z\d][\w.-]*\.(?:ts|mjs|py|md)$/;
/** In running text: from one of our folders to the end of a file's name. */
const WHOLE_PATH =
  /(?<![\w/.@:$}-])(?:app|bench|callers|config|docs|domain|gpu-services|kit|lint|media|pipeline|sdp|sip-gateway|sipp-scenarios|test|webrtc-client)\/[\w./-]*\w\.(?:ts|mjs|py|md|yaml)\b/g;
/** NAME.yaml, my.py: written by whoever reads it. */
const PLACEHOLDER =
  /[A-Z]{2,}(?<!README|CONTRIBUTING|CHANGELOG|SECURITY|NOTICE|LICENSE)\b(?!\.md)|[*<>{}]|\b(?:my|your|other|name|x|a|b)\.\w+$/;
/** Made on the machine that Parley runs on. */
const NOT_TRACKED = /^(?:data|node_modules|\.venv|\.parley|coverage)\/|(?:^|\/)dist\//;
