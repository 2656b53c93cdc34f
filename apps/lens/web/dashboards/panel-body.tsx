// Draws the data of a panel by its kind.
import type { Panel } from '@deye-hard/monitoring'
import type { PanelAnswer, VariableValues } from '../../src/pages/page-shapes.ts'
import { HistogramPanel } from './histogram-panel.tsx'
import { ListPanel } from './list-panel.tsx'
import { NumberPanel } from './number-panel.tsx'
import { PiePanel } from './pie-panel.tsx'
import { TablePanel } from './table-panel.tsx'
import { TimePanel } from './time-panel.tsx'

export type PanelData = Extract<PanelAnswer, { kind: 'data' }>
export interface PanelBodyProps {
  panel: Panel
  answer: PanelData
  variables: VariableValues
}

export function PanelBody(props: PanelBodyProps) {
  const { plugin } = props.panel.spec
  switch (plugin.kind) {
    case 'signoz/NumberPanel':
      return <NumberPanel {...props} spec={plugin.spec} />
    case 'signoz/TimeSeriesPanel':
      return <TimePanel {...props} kind="line" spec={plugin.spec} />
    case 'signoz/BarChartPanel':
      return <TimePanel {...props} kind="bar" spec={plugin.spec} />
    case 'signoz/HistogramPanel':
      return <HistogramPanel {...props} spec={plugin.spec} />
    case 'signoz/TablePanel':
      return <TablePanel {...props} spec={plugin.spec} />
    case 'signoz/ListPanel':
      return <ListPanel {...props} spec={plugin.spec} />
    case 'signoz/PieChartPanel':
      return <PiePanel {...props} spec={plugin.spec} />
  }
}
