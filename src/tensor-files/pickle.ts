/** Files that are refused: PyTorch's pickles, and the archives that these come in. */
import { InputError } from '../errors.js';

const howToConvert =
  'convert it in Python, with safetensors.torch.save_file(model.state_dict(), FILE) or torch.onnx.export, and give that file';

const pickleRefusal = (path: string): InputError =>
  new InputError(
    `${path} is a PyTorch pickle (.pth), and reading a pickle can run code that is hidden in it: ${howToConvert}`,
  );

/** A bare pickle of protocol 2 to 5, as PyTorch wrote until 1.6. */
export const refusePickle = {
  recognises: (start: Uint8Array): boolean => start[0] === 0x80 && start[1]! >= 2 && start[1]! <= 5,
  open: (path: string): Promise<never> => Promise.reject(pickleRefusal(path)),
};

/** A zip archive: PyTorch's since 1.6 (a pickle and the tensors), or Keras' `.keras`. */
export const refuseArchive = {
  recognises: (start: Uint8Array): boolean => Buffer.from(start.subarray(0, 4)).toString('latin1') === 'PK\x03\x04',
  open: (path: string): Promise<never> =>
    Promise.reject(
      new InputError(
        `${path} is a zip archive: if it is PyTorch's (.pth, .pt), it has a pickle inside, and reading a pickle can run code ` +
          `that is hidden in it: ${howToConvert}; if it is Keras' (.keras), give the model.weights.h5 that is in it`,
      ),
    ),
};
