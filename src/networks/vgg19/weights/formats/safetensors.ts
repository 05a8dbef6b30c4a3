/** Weights from safetensors files, with the names that torchvision and timm give the layers. */
import { openSafetensors } from '../../../../tensor-files/safetensors.js';
import type { StoredWeights } from '../convolutions.js';
import { preprocessingNamed } from './metadata.js';
import { torchName } from './torch-names.js';

/**
 * Opens a safetensors file. It expects torchvision's preprocessing, unless its metadata say `"preprocessing": "caffe"`.
 * @throws InputError where it can't be read, is damaged, or asks for a preprocessing that is not known.
 */
export async function openTorchSafetensors(path: string): Promise<StoredWeights> {
  const file = await openSafetensors(path);
  try {
    const prefix = prefixOf([...file.tensors.keys()]);
    return {
      path,
      format: 'safetensors',
      preprocessing: preprocessingNamed(path, file.metadata.preprocessing) ?? 'torchvision',
      layout: 'OIHW',
      naming: 'with the names that torchvision uses (features.0.weight, features.0.bias, features.2.weight …)',
      whole: 'a file of the whole network',
      label: (layer) => `${layer.name} (${prefix}${torchName(layer)})`,
      tensors(layer) {
        const name = prefix + torchName(layer);
        const found = [file.tensors.get(`${name}.weight`), file.tensors.get(`${name}.bias`)].filter(
          (tensor) => tensor !== undefined,
        );
        return found.length > 0 ? found : undefined;
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** What stands before torchvision's names where the network is a part of another. */
function prefixOf(names: readonly string[]): string {
  for (const name of names) {
    const prefix = /^([\w.]{0,100})features\.0\.weight$/.exec(name)?.[1];
    if (prefix !== undefined) return prefix;
  }
  return '';
}
