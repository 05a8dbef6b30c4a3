/** A store in object storage: Amazon S3, or any server that speaks its protocol. */
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { InputError, messageOf } from '../../errors.js';
import { shownName } from '../../one-line.js';
import { bringing, checkKey, isKey, type Part, rangeOf, type Store, StoreError } from './store.js';

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

export class S3Store implements Store {
  readonly label: string;
  readonly #prefix: string;

  private constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    prefix: string,
  ) {
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.label = shownName(`s3://${bucket}/${prefix}`);
  }

  /**
   * Keys, region and address are where AWS' own programs have them: environment, files, the machine's role.
   * @throws InputError, of the option `store`, where the bucket can't be reached: why.
   */
  static async open(bucket: string, prefix: string): Promise<S3Store> {
    // Which versions of Node the SDK will have later is nothing that a person has to know now.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const isElsewhere = (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined;
    const client = new S3Client({
      // Other servers rarely have a name for each bucket, and not all know the sums that AWS has added.
      forcePathStyle: isElsewhere,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    const store = new S3Store(client, bucket, prefix);
    try {
      await client.send(new HeadBucketCommand({ Bucket: bucket }));
    } catch (error) {
      throw new InputError(`${store.label} can't be used: ${reasonOf(error)}`, { field: 'store', cause: error });
    }
    return store;
  }

  async has(key: string): Promise<boolean> {
    return (await this.sizeOf(key)) !== undefined;
  }

  async sizeOf(key: string): Promise<number | undefined> {
    try {
      const { ContentLength = 0 } = await this.#asked(key, (place) => this.client.send(new HeadObjectCommand(place)));
      return ContentLength;
    } catch (error) {
      if (error instanceof StoreError && error.isMissing) return undefined;
      throw error;
    }
  }

  read(key: string): Promise<Uint8Array> {
    return this.#asked(key, async (place) =>
      (await this.client.send(new GetObjectCommand(place))).Body!.transformToByteArray(),
    );
  }

  async readTo(key: string, path: string): Promise<void> {
    const copy = async (place: Place): Promise<void> => {
      const { Body } = await this.client.send(new GetObjectCommand(place));
      await pipeline(Body as Readable, createWriteStream(path));
    };
    await bringing(() => this.#asked(key, copy));
  }

  async write(key: string, bytes: Uint8Array | string): Promise<void> {
    await this.#asked(key, (place) => this.client.send(new PutObjectCommand({ ...place, Body: Buffer.from(bytes) })));
  }

  async writeFrom(key: string, path: string, part?: Part): Promise<void> {
    await this.#asked(key, async (place) => {
      const ContentLength = part ? part.to - part.from : (await stat(path)).size;
      const Body = createReadStream(path, rangeOf(part));
      return this.client.send(new PutObjectCommand({ ...place, Body, ContentLength }));
    });
  }

  async list(folder: string): Promise<string[]> {
    return this.#asked(`${folder}*`, async () => {
      const found: string[] = [];
      const within = { Bucket: this.bucket, Prefix: `${this.#prefix}${folder}` };
      for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, within))
        found.push(...Contents.map(({ Key }) => Key!.slice(this.#prefix.length)));
      return found.filter(isKey);
    });
  }

  async remove(key: string): Promise<void> {
    await this.#asked(key, (place) => this.client.send(new DeleteObjectCommand(place)));
  }

  close(): void {
    this.client.destroy();
  }

  async #asked<T>(key: string, step: (place: Place) => Promise<T>): Promise<T> {
    const name = key.endsWith('*') ? key : checkKey(key);
    try {
      return await step({ Bucket: this.bucket, Key: `${this.#prefix}${name}` });
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) throw new StoreError(`${key} is not in the store ${this.label}`, true, error);
      throw new StoreError(`the store ${this.label}: ${reasonOf(error)}`, false, error);
    }
  }
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;

/** What the answer means, for the person. What the SDK says of a refused request names neither keys nor their owner. */
function reasonOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  const status = statusOf(error);
  if (name === 'CredentialsProviderError')
    return 'there are no keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile of AWS';
  if (messageOf(error) === 'Region is missing') return 'there is no region; set AWS_REGION';
  if (status === 403) return 'its server refuses (403); look at the keys and what they may do';
  if (status === 404) return 'there is no such bucket (404)';
  if (status === 507 || /quota|storagefull/i.test(name)) return 'it is full; make room';
  if (status !== undefined) return `its server answers ${status} ${name}`;
  return messageOf(error) || name;
}
