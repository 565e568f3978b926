import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LINES, SERVICE_LINES } from './log-lines.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

function sources(pattern: string, not: RegExp): readonly string[] {
  return globSync(pattern, { cwd: ROOT })
    .filter((file) => !not.test(file))
    .map((file) => readFileSync(join(ROOT, file), 'utf8'));
}

/** The arguments of every call of a log. */
function logCalls(source: string): readonly string[] {
  return [...source.matchAll(/\b(?:log|#log)(?:\.(?:trace|debug|info|warn|error|fatal)|\[[^\]]*\])?\(/g)].map((match) => {
    let end = match.index + match[0].length;
    for (let depth = 1; depth > 0 && end < source.length; end++)
      depth += '([{'.includes(source[end] ?? '') ? 1 : ')]}'.includes(source[end] ?? '') ? -1 : 0;
    return source.slice(match.index, end);
  });
}

// A line that is not listed says nothing but that it happened.
describe('the list of log lines', () => {
  it('has every message of the app and its gateways', () => {
    const calls = sources(
      '{app,media,pipeline,sip-gateway,webrtc-client}/**/*.ts',
      /\.test\.ts$|\/testing\/|\/web\/|\/dist\/|\/telemetry\/|node_modules/,
    ).flatMap(logCalls);
    // Fields first and then the message, or the level, the message, and the fields.
    const messages = calls.flatMap((call) =>
      [/[},]\s*'([^'\n]+)',?\s*\)$/.exec(call)?.[1] ?? /\(\s*(?:'\w+'|[^'(]+\? '\w+' : '\w+'),\s*'([^'\n]+)'/.exec(call)?.[1] ?? []].flat(),
    );
    expect(messages.length).toBeGreaterThan(50);
    expect(messages.filter((message) => !LINES.has(message))).toEqual([]);
  });

  it('has every message of the speech services', () => {
    const messages = sources('gpu-services/**/*.py', /test|\.venv/).flatMap((source) =>
      [...source.matchAll(/\blog\.(?:debug|info|warning|error)\(\s*"([^"]+)"/g)].map(([, message = '']) => message),
    );
    expect(messages.length).toBeGreaterThan(10);
    expect(messages.filter((message) => !Object.hasOwn(SERVICE_LINES, message))).toEqual([]);
  });
});
