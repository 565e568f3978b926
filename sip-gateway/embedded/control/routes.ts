/** Which clients want new requests of which kind; each next request goes to the next client. */
export class Routes<Client> {
  readonly #byVerb = new Map<string, Client[]>();

  /** Asking twice changes nothing. */
  add(verb: string, client: Client): void {
    const clients = this.#byVerb.get(verb);
    if (clients === undefined) this.#byVerb.set(verb, [client]);
    else if (!clients.includes(client)) clients.push(client);
  }

  remove(verb: string, client: Client): void {
    const clients = this.#byVerb.get(verb)?.filter((other) => other !== client);
    if (clients === undefined) return;
    if (clients.length === 0) this.#byVerb.delete(verb);
    else this.#byVerb.set(verb, clients);
  }

  removeAll(client: Client): void {
    for (const verb of [...this.#byVerb.keys()]) this.remove(verb, client);
  }

  /** Round robin. */
  next(verb: string): Client | undefined {
    const clients = this.#byVerb.get(verb);
    const client = clients?.shift();
    if (clients === undefined || client === undefined) return undefined;
    clients.push(client);
    return client;
  }
}
