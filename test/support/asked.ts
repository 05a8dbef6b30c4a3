/** Requests as anything may send them, whatever a browser would not. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The path as it is sent, where no URL may tidy it up. */
  readonly path?: string;
}

export async function asked(url: string, { method = 'GET', headers = {}, body, path }: Asking = {}): Promise<Answer> {
  const sent = request(url, { method, headers, agent: false, ...(path === undefined ? {} : { path }) });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.setEncoding('utf8');
  let text = '';
  for await (const part of answer) text += part;
  return { status: answer.statusCode!, headers: answer.headers, text };
}
