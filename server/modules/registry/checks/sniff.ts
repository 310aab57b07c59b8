import { refuseFile } from './refused.ts';

const startsWith = (bytes: Uint8Array, text: string, at = 0) =>
  bytes.length >= at + text.length && [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0));

/** A pickle of protocol 0 or 1 has no mark of its own: it names what to import, and soon. */
const OLD_PICKLE = /^[\](}]?.{0,3}c[\w.]{1,60}\n[\w.]{1,60}\n/;
const SAFETENSORS_HEADER_MAX = 100_000_000n;

/** As much of a file as is enough to say what it is. */
export const START_BYTES = 512;

/** Says by its first bytes what a file is, whatever its name says, and refuses by name what is not taken. */
export function sniff(bytes: Uint8Array): 'onnx' | 'safetensors' {
  const [first = 0, second = 0] = bytes;
  if (first === 0x80 && second >= 1 && second <= 5)
    refuseFile('pickle', 'This is a Python pickle, which can run code.');
  if (OLD_PICKLE.test(latin1(bytes, 200)))
    refuseFile('pickle', 'This is an old Python pickle, which can run code.');
  for (const [mark, reason, what, at] of MARKS) if (startsWith(bytes, mark, at)) refuseFile(reason, what);
  if (isSafetensors(bytes)) return 'safetensors';
  // a first field of ModelProto: ir_version, producer, domain, version, graph, opset, properties
  if ([0x08, 0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72].includes(first) && bytes.length > 8)
    return 'onnx';
  return refuseFile('other_format', 'This is neither ONNX nor safetensors.');
}

const ZIP =
  'This is a zip: PyTorch (.pt, .ckpt), Keras and NumPy (.npz) pack pickles and more into them. Export to ONNX or safetensors.';
const MARKS = [
  ['PK\x03\x04', 'archive', ZIP, 0],
  ['PK\x05\x06', 'archive', ZIP, 0],
  ['PK\x07\x08', 'archive', ZIP, 0],
  ['\x93NUMPY', 'other_format', 'This is a NumPy array, which may hold pickles.', 0],
  ['\x89HDF\r\n\x1a\n', 'hdf5', 'This is HDF5 (Keras). Export to ONNX or safetensors.', 0],
  ['GGUF', 'gguf', 'This is GGUF, which nothing here runs yet.', 0],
  ['ustar', 'archive', 'This is a tar archive.', 257],
  ['Rar!\x1a\x07', 'archive', 'This is a RAR archive.', 0],
  ["7z\xbc\xaf'\x1c", 'archive', 'This is a 7-Zip archive.', 0],
  ['\x1f\x8b', 'compressed', 'This is compressed with gzip.', 0],
  ['BZh', 'compressed', 'This is compressed with bzip2.', 0],
  ['\xfd7zXZ\x00', 'compressed', 'This is compressed with xz.', 0],
  ['\x28\xb5\x2f\xfd', 'compressed', 'This is compressed with Zstandard.', 0],
  ['\x04\x22\x4d\x18', 'compressed', 'This is compressed with LZ4.', 0],
  ['TFL3', 'other_format', 'This is TensorFlow Lite. Export to ONNX.', 4],
  ['\x7fELF', 'program', 'This is a program.', 0],
  ['MZ', 'program', 'This is a program.', 0],
  ['\xcf\xfa\xed\xfe', 'program', 'This is a program.', 0],
  ['#!', 'program', 'This is a script.', 0],
] as const;

const latin1 = (bytes: Uint8Array, length: number) =>
  String.fromCharCode(...bytes.subarray(0, Math.min(length, bytes.length)));

function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return false;
  const header = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  return header >= 2n && header <= SAFETENSORS_HEADER_MAX;
}
