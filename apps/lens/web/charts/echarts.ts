// The parts of ECharts that lens draws with; loaded when the first chart is on a page.
import { BarChart, LineChart, PieChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, LineChart, PieChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer])

export { init }
