/** The thread that decodes HEIC with libheif, compiled to WebAssembly. It gets one file, and ends. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { HevcResult, HevcTask } from './hevc.js';

/** What is used of libheif's C interface, with addresses as numbers. */
interface Libheif {
  HEAPU8: Uint8Array;
  HEAPU32: Uint32Array;
  _malloc(bytes: number): number;
  _heif_context_alloc(): number;
  _heif_context_read_from_memory_without_copy(
    error: number,
    context: number,
    file: number,
    bytes: number,
    options: number,
  ): void;
  _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
  _heif_decode_image(
    error: number,
    handle: number,
    image: number,
    space: number,
    chroma: number,
    options: number,
  ): void;
  _heif_image_get_width(image: number, channel: number): number;
  _heif_image_get_height(image: number, channel: number): number;
  _heif_image_get_plane_readonly(image: number, channel: number, rowBytes: number): number;
}

/** Of heif_colorspace, heif_channel, and heif_chroma by channels: 8 bits, of whatever there is. */
const [rgb, interleaved] = [1, 10];
const chromas = { 3: 10, 4: 11 } as const;

/** WebAssembly's memory grows by these. */
const pageBytes = 2 ** 16;

/** What is used of WebAssembly, of which TypeScript's types are those of browsers. */
const { Module, Instance, Memory } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
interface WebAssemblyApi {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
  Memory: new () => { readonly buffer: ArrayBuffer; grow(pages: number): number };
}

/** @param bytes the most that its memory may grow to: further growth fails, as it does where the system has no memory. */
async function loadLibheif(bytes: number): Promise<Libheif> {
  const require = createRequire(import.meta.url);
  const folder = 'libheif-js/libheif-wasm';
  const module = new Module(readFileSync(require.resolve(`${folder}/libheif.wasm`)));
  return require(`${folder}/libheif.js`)({
    print() {},
    printErr() {},
    instantiateWasm(imports: object, done: (instance: object, module: object) => void) {
      const instance = new Instance(module, imports);
      for (const memory of Object.values(instance.exports)) {
        if (!(memory instanceof Memory)) continue;
        memory.grow = (pages) => {
          if (memory.buffer.byteLength + pages * pageBytes > bytes) throw new RangeError('no memory');
          return Memory.prototype.grow.call(memory, pages);
        };
      }
      done(instance, module);
      return instance.exports;
    },
  });
}

function decode(heif: Libheif, { file, layout }: HevcTask): Uint8Array {
  const { width, height, channels } = layout;
  const allocated = (size: number): number => {
    const address = heif._malloc(size) >>> 0;
    if (address === 0) throw new RangeError('no memory');
    return address;
  };
  const [error, pointer] = [allocated(12), allocated(4)];
  /** What a call writes to `pointer`. */
  const written = (call: () => void): number => {
    call();
    const [code, subcode] = heif.HEAPU32.subarray(error / 4, error / 4 + 2);
    if (code !== 0) throw new Error(`libheif's error ${code}.${subcode}`);
    return heif.HEAPU32[pointer / 4]!;
  };
  const bytes = allocated(file.length);
  heif.HEAPU8.set(file, bytes);
  const context = heif._heif_context_alloc();
  written(() => heif._heif_context_read_from_memory_without_copy(error, context, bytes, file.length, 0));
  const handle = written(() => heif._heif_context_get_primary_image_handle(error, context, pointer));
  const image = written(() => heif._heif_decode_image(error, handle, pointer, rgb, chromas[channels], 0));
  const found = [heif._heif_image_get_width(image, interleaved), heif._heif_image_get_height(image, interleaved)];
  if (found[0] !== width || found[1] !== height) throw new Error(`${found.join('×')} pixels`);
  const plane = heif._heif_image_get_plane_readonly(image, interleaved, pointer) >>> 0;
  const stride = heif.HEAPU32[pointer / 4]!;
  const rowBytes = width * channels;
  const pixels = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    pixels.set(heif.HEAPU8.subarray(plane + y * stride, plane + y * stride + rowBytes), y * rowBytes);
  }
  return pixels;
}

const task = workerData as HevcTask;
let result: HevcResult;
try {
  result = decode(await loadLibheif(task.bytes), task);
} catch (error) {
  result = String(error);
}
parentPort!.postMessage(result, typeof result === 'string' ? [] : [result.buffer as ArrayBuffer]);
