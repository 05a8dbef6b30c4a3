/** Where Debian's libonnx-testdata puts the models of ONNX's backend tests. */
export const backendModels = '/usr/share/libonnx-testdata/data';
