import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { webrtcOptions } from './options.ts';

describe('options of browser legs', () => {
  it('have a default and a line of documentation for every key', () => {
    expect(() => webrtcOptions.parse({})).not.toThrow();
    const undocumented: string[] = [];
    const visit = (schema: z.core.JSONSchema.BaseSchema, path: string): void => {
      for (const [key, child] of Object.entries(schema.properties ?? {})) {
        if (typeof child !== 'object') continue;
        if (child.description === undefined) undocumented.push(`${path}${key}`);
        visit(child, `${path}${key}.`);
      }
    };
    visit(z.toJSONSchema(webrtcOptions, { io: 'input' }), '');
    expect(undocumented).toEqual([]);
  });

  it.each([
    [{ origins: ['www.example.net'] }, 'origin'],
    [{ origins: ['https://www.example.net/path'] }, 'no user, path, query or wildcard'],
    [{ origins: ['https://www.example.net/'] }, 'no user, path, query or wildcard'],
    [{ origins: ['https://user@www.example.net'] }, 'no user, path, query or wildcard'],
    [{ origins: ['https://www.example.net?a=b'] }, 'no user, path, query or wildcard'],
    [{ origins: ['https://www.example.net#top'] }, 'no user, path, query or wildcard'],
    [{ origins: ['https://*.example.net'] }, 'no user, path, query or wildcard'],
    [{ origins: ['ws://www.example.net'] }, 'no user, path, query or wildcard'],
    [{ origins: ['https://www.example.net:port'] }, 'no user, path, query or wildcard'],
    [{ turn: { urls: ['turn.example.net'] } }, 'TURN'],
    [{ stunServers: ['http://x'] }, 'STUN'],
    [{ bindAddresses: ['localhost'] }, 'address'],
    [{ bindAddresses: ['999.1.1.1'] }, 'address'],
    [{ externalAddresses: ['2001:db8::7::1'] }, 'address'],
    [{ stunServers: ['stun:host:99999'] }, 'STUN'],
    [{ stunServers: ['stun://host'] }, 'STUN'],
    [{ turn: { urls: ['turn:user@host'] } }, 'TURN'],
    [{ turn: { urls: ['turn:host:port'] } }, 'TURN'],
    [{ ports: { first: 5000, last: 4000 } }, 'ports.last'],
    [{ speed: 1 }, 'speed'],
  ])('say what would be right instead of %j', (input, word) => {
    const result = webrtcOptions.safeParse(input);
    expect(result.success).toBe(false);
    expect(z.prettifyError(result.error!)).toContain(word);
  });
});
