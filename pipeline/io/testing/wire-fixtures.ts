import { readFileSync } from 'node:fs';

/** The cases of one file of `gpu-services/protocol/fixtures`, for tests. */
export function wireFixtures<Case>(file: string): { readonly cases: readonly Case[] } & Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(new URL(`../../../gpu-services/protocol/fixtures/${file}`, import.meta.url), 'utf8'));
}
