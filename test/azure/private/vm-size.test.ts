import { isVmSize } from '../../../lib/azure/private/vm-size';

// from the pages of sizes, one of each shape: https://learn.microsoft.com/azure/virtual-machines/sizes/overview
test.each([
  'Standard_A1_v2', 'Standard_A8m_v2', 'Basic_A0', 'Standard_B2ts_v2', 'Standard_B16als_v2', 'Standard_D4s_v5', 'Standard_D2pls_v6', 'Standard_D96lds_v6', 'Standard_DS3_v2', 'STANDARD_DS3_V2', 'Standard_DS12-1_v2',
  'Standard_DC8as_cc_v5', 'Standard_DC2s_v3', 'Standard_E4-2ds_v5', 'Standard_E104ibds_v5', 'Standard_EC96ias_v5', 'Standard_F4s_v2', 'Standard_F4', 'Standard_FX4mds', 'Standard_GS5-8', 'Standard_H16mr', 'Standard_HB120-16rs_v3',
  'Standard_HC44rs', 'Standard_HX176rs', 'Standard_L8as_v3', 'Standard_M8-2ms', 'Standard_M416-208s_v2', 'Standard_M1792ixds_32_v3', 'Standard_NC6', 'Standard_NC6_Promo', 'Standard_NC4as_T4_v3', 'Standard_NC24ads_A100_v4',
  'Standard_NC40ads_H100_v5', 'Standard_ND40rs_v2', 'Standard_ND96isr_MI300X_v5', 'Standard_ND96isr_H200_v5', 'Standard_ND128isr_NDR_GB200_v6', 'Standard_NG32ads_V620_v1', 'Standard_NP10s', 'Standard_NV36ads_A10_v5', 'Standard_PB6s',
])('%s can be a size', (size) => {
  expect(isVmSize(size)).toBe(true);
});

test.each([
  '', 'D4s_v5', 'ml.m5.xlarge', 'Standard_', 'Standard_D', 'Standard_Ds_v5', 'Standard_D4sv5', 'Standard_D4s-v5', 'Standard_D4s_v', 'Standard_X4s_v5', 'Standard_D0s_v5', 'Standard_D9999s_v5', 'Standard_D4q_v5', 'Standard_D4s v5', 'Standard_D4s__v5',
  'Standard_GRS', 'Standard_LRS', 'Standard_NoSuchSize', '${TfToken[TOKEN.1]}', undefined, 4,
])('fails for %s, which cannot be one', (size) => {
  expect(isVmSize(size)).toBe(false);
});
