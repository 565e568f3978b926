// What a site may add to the element: a token for each call from its own server, and what the call tells.
const element = document.querySelector('voice-call');
const events = document.querySelector('#events');

// `server.mjs` answers 204 where the bot wants no tokens.
element.tokenSource = async () => {
  const response = await fetch('/call-token', { method: 'POST' });
  if (!response.ok) throw new Error(`no call token: status ${response.status}`);
  return response.status === 204 ? '' : (await response.json()).token;
};

for (const type of ['call-state', 'call-message', 'call-failure', 'call-ended']) {
  element.addEventListener(type, ({ detail }) => {
    const item = document.createElement('li');
    item.textContent = `${type}: ${detail.state ?? detail.reason ?? detail.text ?? detail.kind}`;
    events.append(item);
    while (events.children.length > 20) events.firstElementChild.remove();
  });
}
