/**
 * As much of an S3 server as a store asks of one, in memory: objects, and lists of them in pages of two. It refuses, as a real one does, every
 * request that is not signed with its key (AWS Signature Version 4, as its documentation describes it).
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export const s3Keys = {
  AWS_ACCESS_KEY_ID: 'AKIDTEST',
  AWS_SECRET_ACCESS_KEY: 'a-secret-of-the-store',
  AWS_REGION: 'eu-test-1',
};

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, data: string): Buffer => createHmac('sha256', key).update(data).digest();
/** As RFC 3986 has it, which S3 wants. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

export class S3Server {
  readonly objects = new Map<string, Buffer>();
  /** Answers of the next requests that are not its own: 507, for instance. */
  status: number | undefined;
  readonly #server: Server;

  private constructor(private readonly bucket: string) {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(bucket: string): Promise<S3Server> {
    const server = new S3Server(bucket);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url!, this.url);
    const reply = (status: number, content: Buffer | string = ''): void =>
      void response
        .writeHead(status, { 'content-length': Buffer.byteLength(content) })
        .end(request.method === 'HEAD' ? '' : content);
    if (!isSigned(request, url, body)) return reply(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>');
    if (this.status !== undefined) return reply(this.status, '<Error><Code>Refused</Code></Error>');
    const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
    const key = rest.join('/');
    if (bucket !== this.bucket) return reply(404, '<Error><Code>NoSuchBucket</Code></Error>');
    if (key === '') return reply(200, url.searchParams.has('list-type') ? this.#list(url.searchParams) : '');
    const known = this.objects.get(key);
    switch (request.method) {
      case 'PUT':
        this.objects.set(key, body);
        return reply(200);
      case 'DELETE':
        this.objects.delete(key);
        return reply(204);
      default:
        return known ? reply(200, known) : reply(404, '<Error><Code>NoSuchKey</Code></Error>');
    }
  }

  #list(query: URLSearchParams): string {
    const after = query.get('continuation-token') ?? '';
    const found = [...this.objects.keys()]
      .toSorted()
      .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after);
    const page = found.slice(0, 2);
    const more =
      found.length > 2
        ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${page[1]}</NextContinuationToken>`
        : '<IsTruncated>false</IsTruncated>';
    return `<ListBucketResult>${more}${page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')}</ListBucketResult>`;
  }
}

function isSigned(request: IncomingMessage, url: URL, body: Buffer): boolean {
  const { authorization = '', ...headers } = request.headers;
  const [, key, date, region, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  if (key !== s3Keys.AWS_ACCESS_KEY_ID) return false;
  const payload = String(headers['x-amz-content-sha256']);
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) return false;
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
  const signed = names!.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [request.method, url.pathname, query, signed.join(''), names, payload].join('\n');
  const scope = `${date}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const signing = [date!, region!, 's3', 'aws4_request'].reduce<Buffer | string>(
    hmac,
    `AWS4${s3Keys.AWS_SECRET_ACCESS_KEY}`,
  );
  return timingSafeEqual(hmac(signing, text), Buffer.from(signature!, 'hex'));
}
