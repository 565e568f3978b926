import { createParser } from 'eventsource-parser';
import type { Dispatcher } from 'undici';

export interface ChatTurn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface ReplyRequest {
  readonly url: string;
  readonly key: string;
  readonly prompt: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly ask: (
    url: string,
    options: { readonly method: 'POST'; readonly body: string; readonly headers: Record<string, string> },
  ) => Promise<Dispatcher.ResponseData>;
}

/** All of a language model's reply, once all of it is there. */
export async function wholeReply(
  messages: readonly ChatTurn[],
  { url, key, prompt, maxTokens, temperature, ask }: ReplyRequest,
): Promise<string> {
  const response = await ask(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      model: 'SmolLM2-135M-Instruct',
      messages: [{ role: 'system', content: prompt }, ...messages],
      stream: true,
      temperature,
      max_tokens: maxTokens,
    }),
  });
  if (response.statusCode !== 200)
    throw new Error(`the language model answered ${response.statusCode}: ${(await response.body.text()).slice(0, 200)}`);
  let text = '';
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data !== '[DONE]')
        text +=
          (JSON.parse(data) as { readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[] }).choices?.[0]
            ?.delta?.content ?? '';
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of response.body) parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
  if (text.trim() === '') throw new Error('the language model said nothing');
  return text.trim();
}
