declare module 'asl-validator' {
  interface AslValidation {
    readonly isValid: boolean;
    readonly errorsText: () => string;
  }
  export default function aslValidator(definition: unknown): AslValidation;
}
