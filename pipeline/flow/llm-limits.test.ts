import { describe, expect, it } from 'vitest';
import { LlmLimits, type LlmFeature } from './llm-limits.ts';

const all: ReadonlySet<LlmFeature> = new Set([
  'tools',
  'cache_prompt',
  'chat_template_kwargs',
  'temperature',
  'max_tokens',
  'system',
  'roles',
]);

describe('what a server refuses', () => {
  it.each<[number, string, LlmFeature]>([
    [400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', 'tools'],
    [500, 'tools param requires --jinja flag', 'tools'],
    [400, 'registry.example/model does not support tools', 'tools'],
    [400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", 'max_tokens'],
    [400, "Unsupported value: 'temperature' does not support 0.4 with this model. Only the default (1) value is supported.", 'temperature'],
    [
      422,
      '[{"type":"extra_forbidden","loc":["body","chat_template_kwargs"],"msg":"Extra inputs are not permitted"}]',
      'chat_template_kwargs',
    ],
    [400, 'Unrecognized request argument supplied: cache_prompt', 'cache_prompt'],
    [400, 'System role not supported', 'system'],
    [400, 'Conversation roles must alternate user/assistant/user/assistant/...', 'roles'],
    [500, 'After the optional system message, conversation roles must alternate user/assistant', 'roles'],
  ])('%i "%s" is %s', (status, said, feature) => {
    const limits = new LlmLimits();
    expect(limits.attempt().refusedBy(status, said, all)).toBe(feature);
    expect(limits.refused).toEqual([feature]);
  });

  it('what the request did not have is not to blame', () => {
    expect(new LlmLimits().attempt().refusedBy(400, 'tools are not supported', new Set(['temperature']))).toBeUndefined();
  });

  it('a refusal that names nothing: the least common is left out, one after the other, and comes back when that has not helped', () => {
    const limits = new LlmLimits();
    const first = limits.attempt();
    expect(first.refusedBy(400, 'bad request', all)).toBe('cache_prompt');
    expect(first.refusedBy(400, 'bad request', all)).toBe('chat_template_kwargs');
    expect(limits.refused).toEqual(['chat_template_kwargs']);
    // That one was answered; the next request is refused for something else, and nothing helps.
    const second = limits.attempt();
    expect(second.refusedBy(400, 'bad request', all)).toBe('tools');
    expect(second.refusedBy(400, 'bad request', all)).toBeUndefined();
    expect(limits.refused).toEqual(['chat_template_kwargs']);
  });

  it('what a message only mentions is sent again by the next request', () => {
    const limits = new LlmLimits();
    const long = limits.attempt();
    expect(long.refusedBy(400, 'field "tools" is not valid', new Set(['tools', 'temperature']))).toBe('tools');
    expect(long.refusedBy(400, 'a field is not valid', new Set(['temperature']))).toBeUndefined();
    expect(limits.refused).toEqual([]);
  });

  it.each([
    'maximum context length is 4096 tokens, you requested 5000 (4500 in the messages, 100 in the tools)',
    "This model's maximum context length is 4096 tokens. However, you requested 4110 tokens. Please reduce the length of the messages or completion.",
    'the request exceeds the available context size',
    'prompt is too long: 9000 tokens > 8192 maximum',
    'context_length_exceeded',
  ])('a conversation that is too long costs nobody the tools: "%s"', (said) => {
    const limits = new LlmLimits();
    expect(limits.attempt().refusedBy(400, said, all)).toBeUndefined();
    expect(limits.refused).toEqual([]);
  });

  it.each([401, 403, 429, 502, 503])('%i says nothing about the request', (status) => {
    expect(new LlmLimits().attempt().refusedBy(status, 'tools', all)).toBeUndefined();
  });

  it('a server that refuses whatever it is sent is not asked for ever', () => {
    const attempt = new LlmLimits().attempt();
    let tries = 0;
    while (
      attempt.refusedBy(400, 'tools max_tokens temperature chat_template_kwargs cache_prompt system role roles must alternate', all) !==
      undefined
    )
      tries += 1;
    expect(tries).toBeLessThanOrEqual(all.size);
  });
});
