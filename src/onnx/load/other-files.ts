/** Files that are taken for models, and are others. */

/** What they begin with, taken for Latin-1; what they are, and what to give instead. */
const kinds: readonly (readonly [RegExp, string, string?])[] = [
  [/^\xff\xd8\xff/, 'a JPEG'],
  [/^\x89PNG/, 'a PNG'],
  [/^GIF8/, 'a GIF'],
  [/^RIFF.{4}WEBP/s, 'a WebP'],
  [/^.{4}ftyp/s, 'a video, or a picture as HEIC'],
  [/^.E\xdf\xa3/, 'a video'],
  [/^%PDF/, 'a PDF'],
  [/^\x89HDF/, 'an HDF5 file, as those of Keras', 'convert it with tf2onnx'],
  [/^(?:PK|\x80[^ -~])/, 'an archive or a pickle, as those of PyTorch', 'export it with torch.onnx.export'],
  [/^.{4}\0{4}\{/s, 'safetensors, which are weights without a network', 'export the model with torch.onnx.export'],
  [/^version https:\/\/git-lfs/, 'a pointer of Git LFS', "fetch the file itself, with 'git lfs pull'"],
  [/^\s*[{[<]/, 'text'],
];

/** Why bytes that can't be read as a model are none, and what to do. */
export function whyNoModel(bytes: Uint8Array): string {
  const beginning = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  const [, kind, remedy = 'give an .onnx file'] = kinds.find(([begins]) => begins.test(beginning)) ?? [];
  if (kind !== undefined) return `this is not an ONNX model but ${kind}; ${remedy}`;
  // The version of ONNX comes first.
  if (bytes[0] === 8) return 'this is not an ONNX model that is whole; get another copy of it';
  return 'this is not an ONNX model; give an .onnx file';
}
