import type { StepType } from '../step';

/**
 * What the properties of a finished step begin with: the members of the Describe response of what it ran, and what Pipelines adds itself.
 * Types that are not here give none that are documented.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
 */
export const STEP_PROPERTIES: Readonly<Partial<Record<`${StepType}`, readonly string[]>>> = {
  Processing: [
    'ProcessingInputs', 'ProcessingOutputConfig', 'ProcessingJobName', 'ProcessingResources', 'StoppingCondition', 'AppSpecification', 'Environment',
    'NetworkConfig', 'RoleArn', 'ExperimentConfig', 'ProcessingJobArn', 'ProcessingJobStatus', 'ExitMessage', 'FailureReason', 'ProcessingEndTime',
    'ProcessingStartTime', 'LastModifiedTime', 'CreationTime', 'MonitoringScheduleArn', 'AutoMLJobArn', 'TrainingJobArn',
  ],
  Training: [
    'TrainingJobName', 'TrainingJobArn', 'TuningJobArn', 'LabelingJobArn', 'AutoMLJobArn', 'ModelArtifacts', 'TrainingJobStatus', 'SecondaryStatus',
    'FailureReason', 'HyperParameters', 'AlgorithmSpecification', 'RoleArn', 'InputDataConfig', 'OutputDataConfig', 'ResourceConfig', 'WarmPoolStatus',
    'VpcConfig', 'StoppingCondition', 'CreationTime', 'TrainingStartTime', 'TrainingEndTime', 'LastModifiedTime', 'SecondaryStatusTransitions',
    'FinalMetricDataList', 'EnableNetworkIsolation', 'EnableInterContainerTrafficEncryption', 'EnableManagedSpotTraining', 'CheckpointConfig',
    'TrainingTimeInSeconds', 'BillableTimeInSeconds', 'BillableTokenCount', 'DebugHookConfig', 'ExperimentConfig', 'DebugRuleConfigurations',
    'TensorBoardOutputConfig', 'DebugRuleEvaluationStatuses', 'ProfilerConfig', 'ProfilerRuleConfigurations', 'ProfilerRuleEvaluationStatuses',
    'ProfilingStatus', 'Environment', 'RetryStrategy', 'RemoteDebugConfig', 'InfraCheckConfig', 'ServerlessJobConfig', 'MlflowConfig',
    'ModelPackageConfig', 'MlflowDetails', 'ProgressInfo', 'OutputModelPackageArn',
  ],
  Tuning: [
    'HyperParameterTuningJobName', 'HyperParameterTuningJobArn', 'HyperParameterTuningJobConfig', 'TrainingJobDefinition', 'TrainingJobDefinitions',
    'HyperParameterTuningJobStatus', 'CreationTime', 'HyperParameterTuningEndTime', 'LastModifiedTime', 'TrainingJobStatusCounters',
    'ObjectiveStatusCounters', 'BestTrainingJob', 'OverallBestTrainingJob', 'WarmStartConfig', 'Autotune', 'FailureReason', 'TuningJobCompletionDetails',
    'ConsumedResources', 'TrainingJobSummaries',
  ],
  Transform: [
    'TransformJobName', 'TransformJobArn', 'TransformJobStatus', 'FailureReason', 'ModelName', 'MaxConcurrentTransforms', 'ModelClientConfig',
    'MaxPayloadInMB', 'BatchStrategy', 'Environment', 'TransformInput', 'TransformOutput', 'DataCaptureConfig', 'TransformResources', 'CreationTime',
    'TransformStartTime', 'TransformEndTime', 'LabelingJobArn', 'AutoMLJobArn', 'DataProcessing', 'ExperimentConfig',
  ],
  Model: [
    'ModelName', 'PrimaryContainer', 'Containers', 'InferenceExecutionConfig', 'ExecutionRoleArn', 'VpcConfig', 'CreationTime', 'ModelArn',
    'EnableNetworkIsolation', 'DeploymentRecommendation',
  ],
  RegisterModel: [
    'ModelPackageName', 'ModelPackageGroupName', 'ModelPackageVersion', 'ModelPackageRegistrationType', 'ModelPackageArn', 'ModelPackageDescription',
    'CreationTime', 'InferenceSpecification', 'SourceAlgorithmSpecification', 'ValidationSpecification', 'ModelPackageStatus',
    'ModelPackageStatusDetails', 'CertifyForMarketplace', 'ModelApprovalStatus', 'CreatedBy', 'MetadataProperties', 'ModelMetrics', 'LastModifiedTime',
    'LastModifiedBy', 'ApprovalDescription', 'Domain', 'Task', 'SamplePayloadUrl', 'CustomerMetadataProperties', 'DriftCheckBaselines',
    'AdditionalInferenceSpecifications', 'SkipModelValidation', 'SourceUri', 'SecurityConfig', 'ModelCard', 'ModelLifeCycle', 'ManagedStorageType',
  ],
  AutoML: [
    'AutoMLJobName', 'AutoMLJobArn', 'InputDataConfig', 'OutputDataConfig', 'RoleArn', 'AutoMLJobObjective', 'ProblemType', 'AutoMLJobConfig',
    'CreationTime', 'EndTime', 'LastModifiedTime', 'FailureReason', 'PartialFailureReasons', 'BestCandidate', 'AutoMLJobStatus',
    'AutoMLJobSecondaryStatus', 'GenerateCandidateDefinitionsOnly', 'AutoMLJobArtifacts', 'ResolvedAttributes', 'ModelDeployConfig', 'ModelDeployResult',
    'BestCandidateProperties',
  ],
  ClarifyCheck: ['CalculatedBaselineConstraints', 'BaselineUsedForDriftCheckConstraints'],
  QualityCheck: [
    'CalculatedBaselineConstraints', 'CalculatedBaselineStatistics', 'BaselineUsedForDriftCheckConstraints', 'BaselineUsedForDriftCheckStatistics',
  ],
  Lambda: ['OutputParameters'],
  Callback: ['OutputParameters'],
  Condition: ['Outcome'],
  Fail: [],
};
